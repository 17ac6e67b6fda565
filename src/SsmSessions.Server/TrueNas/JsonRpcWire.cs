using System.Text.Json;
using System.Text.Json.Nodes;

namespace SsmSessions.Server.TrueNas;

/// <summary>JSON-RPC 2.0, at <c>/api/current</c> (spec/truenas-sessions.md §6).</summary>
internal sealed class JsonRpcWire : TrueNasWire
{
    private const int InvalidJson = -32700;
    private const int InvalidRequest = -32600;
    private const int MethodNotFound = -32601;
    private const int InvalidParams = -32602;
    private const int TooManyCalls = -32000;
    private const int CallError = -32001;

    private readonly TrueNasConnection _connection;

    public JsonRpcWire(TrueNasConnection connection)
    {
        _connection = connection;
        connection.WrapEvent = happened => new JsonObject { ["jsonrpc"] = "2.0", ["method"] = "collection_update", ["params"] = happened };
    }

    public override async Task HandleAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        JsonObject? request;
        try
        {
            request = Parse(message) as JsonObject;
        }
        catch (JsonException malformed)
        {
            await _connection.SendAsync(Error(id: null, InvalidJson, malformed.Message), cancellationToken);
            return;
        }

        var id = request?["id"];
        if (request is null || WhatIsWrongWith(request) is { } wrong)
            await _connection.SendAsync(Error(id: null, InvalidRequest, "Invalid request"), cancellationToken);
        else if (!TrueNasMethods.IsKnown(request["method"]!.GetValue<string>()))
            await _connection.SendAsync(Error(id, MethodNotFound, "Method does not exist"), cancellationToken);
        else if (!_connection.TryEnter())
            await _connection.SendAsync(Error(id, TooManyCalls, TrueNasConnection.TooManyCalls), cancellationToken);
        else
            _ = AnswerAsync(_connection, () => AnswerOfAsync(request, cancellationToken), cancellationToken);
    }

    /// <summary>A request without an id is a notification: it is carried out, and nothing is answered.</summary>
    private async Task<JsonObject?> AnswerOfAsync(JsonObject request, CancellationToken cancellationToken)
    {
        var answer = await AnswerOfAsync(
            request["id"], request["method"]!.GetValue<string>(), request["params"] as JsonArray ?? [], cancellationToken);
        return request.ContainsKey("id") ? answer : null;
    }

    private async Task<JsonObject> AnswerOfAsync(JsonNode? id, string method, JsonArray parameters, CancellationToken cancellationToken)
    {
        try
        {
            var result = await _connection.CallAsync(method, parameters, cancellationToken);
            return new JsonObject { ["jsonrpc"] = "2.0", ["result"] = result, ["id"] = id?.DeepClone() };
        }
        catch (TrueNasException failure)
        {
            var data = new JsonObject
            {
                ["error"] = failure.Number,
                ["errname"] = failure.Name,
                ["reason"] = failure.Message,
                ["trace"] = failure.Trace(),
                ["extra"] = failure.Extra(),
            };
            return failure.Argument is null ? Error(id, CallError, "Method call error", data) : Error(id, InvalidParams, "Invalid params", data);
        }
    }

    /// <summary>The member that is not as it must be, or null.</summary>
    private static string? WhatIsWrongWith(JsonObject request)
    {
        foreach (var (name, value) in request)
        {
            var kind = value?.GetValueKind() ?? JsonValueKind.Null;
            var isRight = name switch
            {
                "jsonrpc" => kind == JsonValueKind.String && value!.GetValue<string>() == "2.0",
                "method" => kind == JsonValueKind.String,
                "params" => kind == JsonValueKind.Array,
                "id" => kind is JsonValueKind.Null or JsonValueKind.Number or JsonValueKind.String,
                _ => false,
            };
            if (!isRight)
                return name;
        }

        return request.ContainsKey("jsonrpc") ? request.ContainsKey("method") ? null : "method" : "jsonrpc";
    }

    private static JsonObject Error(JsonNode? id, int code, string message, JsonObject? data = null)
    {
        var error = new JsonObject { ["code"] = code, ["message"] = message };
        if (data is not null)
            error["data"] = data;
        return new JsonObject { ["jsonrpc"] = "2.0", ["error"] = error, ["id"] = id?.DeepClone() };
    }
}
