using System.Text.Json;
using System.Text.Json.Serialization;
using SsmSessions.Server;
using SsmSessions.Server.Hosting.Tls;

namespace SsmSessions.Local;

/// <summary>What a service leaves in its data folder, so that <c>ssm-sessions env</c> knows it. It stays after the service's end.</summary>
/// <param name="Url">Where it listens, by http where it does; nothing but scheme, host and port.</param>
/// <param name="StreamUrl">The mode of its StreamUrl.</param>
/// <param name="Authority">The certificate (PEM) that clients must trust, or null when it has no authority of its own.</param>
/// <param name="Bundle">The system's authorities and that one (PEM), or null.</param>
internal sealed record ServiceFile(Uri Url, StreamUrlMode StreamUrl, string? Authority, string? Bundle)
{
    private const string FileName = "service.json";

    public static ServiceFile Of(ServeSettings settings, IReadOnlyCollection<string> addresses)
    {
        var tls = settings.HasAuthority ? new TlsFiles(settings.TlsFolder) : null;
        var address = addresses.FirstOrDefault(a => a.StartsWith("http://", StringComparison.Ordinal)) ?? addresses.First();
        // Every address is no address that a client can dial.
        var url = address.Replace("//[::]", "//127.0.0.1", StringComparison.Ordinal).Replace("//0.0.0.0", "//127.0.0.1", StringComparison.Ordinal);
        return new ServiceFile(new Uri(url), settings.StreamUrl, tls?.Authority, tls?.Bundle);
    }

    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public void Write(string folder)
    {
        var path = Path.Combine(folder, FileName);
        var unfinished = $"{path}.{Guid.NewGuid():N}";
        try
        {
            File.WriteAllText(unfinished, JsonSerializer.Serialize(this, ServiceFileJson.Default.ServiceFile) + "\n");
            File.Move(unfinished, path, overwrite: true);
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new IOException($"{path} cannot be written: {denied.Message}", denied);
        }
    }

    /// <summary>The file of a folder, or null where there is none.</summary>
    /// <exception cref="SettingException">It cannot be read.</exception>
    public static ServiceFile? Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllText(path), ServiceFileJson.Default.ServiceFile) : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new SettingException($"{path} cannot be read: {failure.Message}");
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ServiceFile))]
internal sealed partial class ServiceFileJson : JsonSerializerContext;
