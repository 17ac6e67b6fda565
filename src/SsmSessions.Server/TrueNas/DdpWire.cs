using System.Text.Json;
using System.Text.Json.Nodes;

namespace SsmSessions.Server.TrueNas;

/// <summary>The older form, at <c>/websocket</c> (spec/truenas-sessions.md §6): <c>connect</c> first, then methods and subscriptions.</summary>
internal sealed class DdpWire(TrueNasConnection connection) : TrueNasWire
{
    private const string Version = "1";

    private bool _isConnected;

    public override async Task HandleAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        var received = Read(message);
        var id = received["id"];
        switch (TextOf(received["msg"]))
        {
            case "connect":
                await connection.SendAsync(Connect(received), cancellationToken);
                break;
            case var _ when !_isConnected:
                await connection.SendAsync(Failed(), cancellationToken);
                break;
            case "ping":
                await connection.SendAsync(WithId("pong", id), cancellationToken);
                break;
            case "method" or "sub" when !connection.TryEnter():
                await connection.SendAsync(Error(id, ErrorNumber.TooManyCalls, "ETOOMANYREFS", type: null, TrueNasConnection.TooManyCalls, failure: null), cancellationToken);
                break;
            case "method":
                Answer(TextOf(received["method"]), received["params"] as JsonArray ?? [], "result");
                break;
            case "sub":
                // The id of a subscription is the client's own.
                var subscribe = new JsonArray(received["name"]?.DeepClone(), id?.DeepClone());
                Answer(TrueNasMethods.SubscribeUnder, subscribe, "ready");
                break;
            case "unsub":
                connection.Drop(TextOf(id));
                break;
        }

        void Answer(string method, JsonArray parameters, string kind) =>
            _ = AnswerAsync(connection, () => AnswerOfAsync(id, method, parameters, kind, cancellationToken), cancellationToken);
    }

    private static JsonObject Read(ReadOnlyMemory<byte> message)
    {
        try
        {
            return Parse(message) as JsonObject ?? throw new TrueNasProtocolException("A message is an object");
        }
        catch (JsonException malformed)
        {
            throw new TrueNasProtocolException(malformed.Message);
        }
    }

    private JsonObject Connect(JsonObject received)
    {
        if (TextOf(received["version"]) != Version)
            return Failed();
        _isConnected = true;
        return new JsonObject { ["msg"] = "connected", ["session"] = connection.Id.ToString() };
    }

    private async Task<JsonObject?> AnswerOfAsync(JsonNode? id, string method, JsonArray parameters, string kind, CancellationToken cancellationToken)
    {
        try
        {
            var result = await connection.CallAsync(method, parameters, cancellationToken);
            if (kind == "ready")
                return new JsonObject { ["msg"] = kind, ["subs"] = new JsonArray(id?.DeepClone()) };
            var answer = new JsonObject();
            if (id is not null)
                answer["id"] = id.DeepClone();
            answer["msg"] = kind;
            answer["result"] = result;
            return answer;
        }
        catch (TrueNasException failure) when (failure.Number is ErrorNumber.NotAuthenticated or ErrorNumber.Access)
        {
            return Error(id, failure.Number, failure.Name, type: null, failure.Message[(failure.Message.IndexOf(' ', StringComparison.Ordinal) + 1)..], failure: null);
        }
        catch (TrueNasException failure) when (failure.Argument is not null)
        {
            return Error(id, ErrorNumber.Again, "EAGAIN", "VALIDATION", failure.Message, failure);
        }
        catch (TrueNasException failure)
        {
            return Error(id, failure.Number, failure.Name, type: null, failure.Message, failure);
        }
    }

    private static JsonObject Error(JsonNode? id, int number, string name, string? type, string reason, TrueNasException? failure)
    {
        var error = WithId("result", id);
        error["error"] = new JsonObject
        {
            ["error"] = number,
            ["errname"] = name,
            ["type"] = type,
            ["reason"] = reason,
            ["trace"] = failure?.Trace(),
            ["extra"] = failure?.Extra(),
        };
        return error;
    }

    private static JsonObject Failed() => new() { ["msg"] = "failed", ["version"] = Version };

    private static JsonObject WithId(string kind, JsonNode? id)
    {
        var message = new JsonObject { ["msg"] = kind };
        if (id is not null)
            message["id"] = id.DeepClone();
        return message;
    }

    private static string TextOf(JsonNode? node) => QueryOperators.TryText(node, out var text) ? text : "";
}
