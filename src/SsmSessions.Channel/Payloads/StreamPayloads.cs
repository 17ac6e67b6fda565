using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SsmSessions.Channel.Payloads;

/// <summary>The size of the client's terminal, in characters (spec/ssm-data-channel.md §9.1).</summary>
public sealed record SizeData([property: JsonPropertyName("cols")] uint Cols, [property: JsonPropertyName("rows")] uint Rows)
{
    /// <summary>The payload's bytes.</summary>
    public byte[] ToPayload() => JsonSerializer.SerializeToUtf8Bytes(this, ChannelJson.Wire.SizeData);

    /// <summary>What a payload says; null when it is none.</summary>
    public static SizeData? Read(ReadOnlySpan<byte> payload) => ChannelJson.Read(payload, ChannelJson.Wire.SizeData);
}

/// <summary>The payload of type <see cref="PayloadType.ExitCode"/>: text, not a bare number (§6).</summary>
public static class ExitCode
{
    private static ReadOnlySpan<byte> Prefix => "EXIT_CODE: "u8;

    /// <summary>The payload's bytes.</summary>
    public static byte[] ToPayload(int exitCode) =>
        [.. Prefix, .. Encoding.ASCII.GetBytes(exitCode.ToString(CultureInfo.InvariantCulture))];

    /// <summary>What a payload says; null when it is none.</summary>
    public static int? Read(ReadOnlySpan<byte> payload) =>
        payload.StartsWith(Prefix) && int.TryParse(payload[Prefix.Length..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exitCode)
            ? exitCode
            : null;
}
