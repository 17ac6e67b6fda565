using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SsmSessions.Local.Cli;

/// <summary>A connection to a service: JSON-RPC 2.0 over a websocket, by the socket or by TCP. One call at a time.</summary>
internal sealed class ServiceClient : IAsyncDisposable
{
    public const string Path = "/api/current";

    /// <summary>What is told to whom the service does not know.</summary>
    public const string NotAuthorized = "You are not authorized to use TrueNAS CLI.";

    private const int LargestAnswer = 256 * 1024 * 1024;

    private readonly ClientWebSocket _socket = new();
    private readonly HttpMessageInvoker _http;
    private readonly TimeSpan _timeout;
    private int _lastId;

    private ServiceClient(string? unixSocket, TimeSpan timeout)
    {
        _timeout = timeout;
        _socket.Options.CollectHttpResponseDetails = true;
        var handler = new SocketsHttpHandler { UseProxy = false };
        if (unixSocket is not null)
            handler.ConnectCallback = (_, cancellationToken) => DialAsync(unixSocket, cancellationToken);
        _http = new HttpMessageInvoker(handler);
    }

    /// <summary>Connects, and logs in when the settings say as whom.</summary>
    /// <exception cref="CliFailure">There is no service, or it lets nobody in.</exception>
    public static async Task<ServiceClient> ConnectAsync(CliSettings settings)
    {
        var client = await DialAsync(settings);
        try
        {
            if (settings.User is { Length: > 0 } user
                && (await client.CallAsync("auth.login", new JsonArray(user, settings.Password ?? "")))?.GetValue<bool>() != true)
            {
                throw new CliFailure("Unknown middleware error: Exception('Invalid username or password').");
            }

            return client;
        }
        catch (ServiceCallException failure)
        {
            await client.DisposeAsync();
            throw new CliFailure($"Unknown middleware error: {failure.Message}.");
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes a call.</summary>
    /// <exception cref="ServiceCallException">The service refuses it.</exception>
    /// <exception cref="CliFailure">The connection is gone, or the answer does not come.</exception>
    public async Task<JsonNode?> CallAsync(string method, JsonArray parameters)
    {
        using var late = new CancellationTokenSource(_timeout);
        var id = ++_lastId;
        try
        {
            var request = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = id, ["method"] = method, ["params"] = parameters };
            await _socket.SendAsync(Encoding.UTF8.GetBytes(request.ToJsonString()), WebSocketMessageType.Text, endOfMessage: true, late.Token);
            while (true)
            {
                if (await ReceiveAsync(late.Token) is not JsonObject answer)
                    continue;
                // A request that could not be read is answered to nobody: with one call at a time it was this one.
                var isMine = answer["id"] is JsonValue answered ? answered.TryGetValue<int>(out var to) && to == id : answer["error"] is not null;
                if (isMine)
                    return answer["error"] is JsonObject error ? throw ServiceCallException.Of(error) : answer["result"]?.DeepClone();
            }
        }
        catch (OperationCanceledException)
        {
            throw new CliFailure("Error: Call timeout");
        }
        catch (Exception gone) when (gone is WebSocketException or IOException or JsonException)
        {
            throw new CliFailure("Error: Unexpected closure of remote connection");
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async Task<ServiceClient> DialAsync(CliSettings settings)
    {
        if (settings.Socket is { } path)
        {
            try
            {
                return await OpenAsync(path, new Uri("ws://localhost" + Path), settings.Timeout);
            }
            catch (CliFailure) when (!settings.IsSocketAsked)
            {
                // What a service left that was killed.
            }
        }

        if (settings.User is { Length: > 0 } && !settings.Url.IsLoopback && settings.Url.Scheme is not ("wss" or "https"))
            throw new CliFailure("A password goes to another machine by TLS only: give an https:// address.");
        return await OpenAsync(unixSocket: null, settings.Url, settings.Timeout);
    }

    private static async Task<ServiceClient> OpenAsync(string? unixSocket, Uri url, TimeSpan timeout)
    {
        var client = new ServiceClient(unixSocket, timeout);
        using var late = new CancellationTokenSource(timeout);
        try
        {
            await client._socket.ConnectAsync(url, client._http, late.Token);
            return client;
        }
        catch (Exception failure) when (failure is WebSocketException or HttpRequestException or OperationCanceledException or ArgumentException)
        {
            var isRefused = client._socket.HttpStatusCode == HttpStatusCode.Forbidden;
            await client.DisposeAsync();
            throw new CliFailure(
                isRefused ? NotAuthorized : failure is OperationCanceledException ? "middleware is not responding." : "middleware is not running.");
        }
    }

    private static async ValueTask<Stream> DialAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<JsonNode?> ReceiveAsync(CancellationToken cancellationToken)
    {
        var message = new ArrayBufferWriter<byte>(16 * 1024);
        while (true)
        {
            var received = await _socket.ReceiveAsync(message.GetMemory(16 * 1024), cancellationToken);
            if (received.MessageType != WebSocketMessageType.Text || message.WrittenCount > LargestAnswer)
                throw new WebSocketException(WebSocketError.InvalidMessageType);
            message.Advance(received.Count);
            if (received.EndOfMessage)
                return JsonNode.Parse(message.WrittenSpan);
        }
    }
}

/// <summary>A call that the service refused.</summary>
internal sealed class ServiceCallException(string reason) : Exception(reason)
{
    private const int NotAuthenticated = 207;

    private string? _kind;
    private string? _representation;
    private string? _formatted;
    private IReadOnlyList<string>? _arguments;

    /// <summary>True when somebody has to log in first.</summary>
    public bool IsNotAuthenticated { get; private init; }

    /// <summary>Reads the error of an answer.</summary>
    public static ServiceCallException Of(JsonObject error)
    {
        var data = error["data"] as JsonObject;
        var trace = data?["trace"] as JsonObject;
        return new ServiceCallException(Text(data?["reason"]) ?? Text(error["message"]) ?? "")
        {
            IsNotAuthenticated = data?["error"] is JsonValue number && number.TryGetValue<int>(out var value) && value == NotAuthenticated,
            _kind = Text(trace?["class"]),
            _representation = Text(trace?["repr"]),
            _formatted = Text(trace?["formatted"]),
            _arguments = data?["extra"] is JsonArray { Count: > 0 } extra ? [.. extra.OfType<JsonArray>().Select(Argument)] : null,
        };
    }

    /// <summary>What the user reads (spec/truenas-sessions.md §5).</summary>
    public string Print(bool stacks)
    {
        if (_arguments is not null)
            return "Validation errors:\n" + string.Join('\n', _arguments);
        if (stacks && _formatted is not null)
            return _formatted;
        if (_kind is null)
            return "Error: " + Message;
        return "Error: " + (_kind == "CallError" ? Message[(Message.IndexOf("] ", StringComparison.Ordinal) is >= 0 and var code ? code + 2 : 0)..] : _representation);
    }

    private static string Argument(JsonArray argument) => argument is [var field, var text, ..]
        ? Text(field) is { Length: > 0 } name ? $"* {name}: {Text(text)}" : $"* {Text(text)}"
        : "* ?";

    private static string? Text(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;
}
