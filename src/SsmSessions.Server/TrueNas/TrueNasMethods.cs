using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SsmSessions.Core.Faults;
using SsmSessions.Core.Identity;
using SsmSessions.Core.Store;
using SsmSessions.Server.Hosting;
using SsmSessions.Server.Hosting.Faults;

namespace SsmSessions.Server.TrueNas;

/// <summary>Every method that is answered, one line each. What each form of the wire makes of results and failures is not known here.</summary>
internal sealed class TrueNasMethods(
    SessionRows sessions,
    SessionEvents events,
    TrueNasLogin login,
    CallFaults faults,
    RealTime realTime,
    IOptions<SsmSessionsOptions> options,
    ILogger<TrueNasMethods> log)
    : IDisposable
{
    /// <summary>A subscription under an id of the client's; not called by clients.</summary>
    public const string SubscribeUnder = "(subscribe)";

    private static readonly FrozenDictionary<string, Method> All = new Dictionary<string, Method>(StringComparer.Ordinal)
    {
        ["core.ping"] = new(0, call => Answer("pong"), ForAll: true),
        // Of what real clients set there nothing changes an answer.
        ["core.set_options"] = new(1, _ => Answer(null), ForAll: true),
        ["core.subscribe"] = new(1, call => Answer(call.Methods.Subscribe(call, Guid.NewGuid().ToString()))),
        [SubscribeUnder] = new(2, call => Answer(call.Methods.Subscribe(call, call.Text(1, "id")))),
        ["core.unsubscribe"] = new(1, Unsubscribe),
        ["system.hostname"] = new(0, call => Answer(call.Methods.HostName)),
        ["auth.login"] = new(3, call => Answer(call.Methods.LogIn(call, call.Text(0, "username"), call.Text(1, "password"))), ForAll: true),
        ["auth.login_ex"] = new(1, call => Answer(call.Methods.LogInBy(call)), ForAll: true),
        ["auth.login_with_api_key"] = new(1, call => Answer(call.Methods.LogInWithKey(call, call.Text(0, "api_key"))), ForAll: true),
        ["auth.mechanism_choices"] = new(0, _ => Answer(new JsonArray("PASSWORD_PLAIN", "API_KEY_PLAIN")), ForAll: true),
        ["auth.logout"] = new(0, LogOut),
        ["auth.me"] = new(0, call => Answer(UserOf(call.Caller))),
        ["auth.sessions"] = new(2, call => call.Methods.ListAsync(call)),
        ["auth.terminate_session"] = new(1, async call => await call.Methods.Sessions.TerminateAsync(call.Caller, call.Text(0, "id"), call.Cancellation)),
        ["auth.terminate_other_sessions"] = new(0, TerminateOthersAsync),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>A list of many sessions takes memory: so few are made at once, whoever asks.</summary>
    private readonly SemaphoreSlim _lists = new(4);

    private SessionRows Sessions => sessions;

    private string HostName => options.Value.HostName;

    /// <summary>Whether clients may call a method of this name at all.</summary>
    public static bool IsKnown(string method) => method != SubscribeUnder && All.ContainsKey(method);

    /// <summary>Makes a call.</summary>
    /// <exception cref="TrueNasException">It fails.</exception>
    public async Task<JsonNode?> CallAsync(TrueNasConnection connection, string name, JsonArray parameters, CancellationToken cancellationToken)
    {
        if (!All.TryGetValue(name, out var method))
            throw NoMethod(name);
        if (!method.ForAll && connection.Caller is null)
            throw TrueNasException.NotAuthenticated();
        if (parameters.Count > method.MostParameters)
            throw TrueNasException.BadArgument(name, $"Too many arguments (expected {method.MostParameters}, found {parameters.Count})");
        try
        {
            if (faults.AreAny)
                await faults.MeetAsync(SiteOf(connection, name), connection.CutAsync, connection.HalveNext, cancellationToken);
            return await method.Handle(new Call(this, connection, parameters, cancellationToken));
        }
        catch (InjectedFailureException injected)
        {
            throw injected.Rule.Effect == FaultEffect.Throttle
                ? TrueNasException.Call(ErrorNumber.TooManyCalls, injected.Rule.Message ?? TrueNasConnection.TooManyCalls)
                : TrueNasException.Call(ErrorNumber.Fault, injected.Rule.Message ?? injected.Rule.Error ?? "An internal error occurred");
        }
        catch (StoreUnavailableException failure)
        {
            log.TrueNasCallFailed(failure, name);
            throw TrueNasException.Call(ErrorNumber.Fault, "The store does not answer");
        }
        catch (Exception failure) when (failure is not (TrueNasException or OperationCanceledException))
        {
            log.TrueNasCallFailed(failure, name);
            throw TrueNasException.Call(ErrorNumber.Fault, "An internal error occurred");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lists.Dispose();

    private static FaultSite SiteOf(TrueNasConnection connection, string method) => new(FrontEnd.TrueNas)
    {
        Action = method,
        Account = connection.Caller?.Tenant.Account,
    };

    private static TrueNasException NoMethod(string name)
    {
        var dot = name.LastIndexOf('.');
        var shown = LogText.Printable(name, 100);
        return TrueNasException.Call(
            ErrorNumber.NoMethod, dot > 0 && dot < shown.Length ? $"Method '{shown[(dot + 1)..]}' not found in '{shown[..dot]}'" : $"Method '{shown}' not found");
    }

    private async Task<JsonNode?> ListAsync(Call call)
    {
        var filter = QueryFilters.Compile(call.At(0), new RegexBudget(realTime.Clock));
        var shape = QueryOptions.Read(call.At(1));
        await _lists.WaitAsync(call.Cancellation);
        try
        {
            return shape.Apply((await sessions.AllAsJsonAsync(call.Caller.Tenant.Account, call.Cancellation)).Where(filter));
        }
        finally
        {
            _lists.Release();
        }
    }

    private static async Task<JsonNode?> TerminateOthersAsync(Call call)
    {
        await call.Methods.Sessions.TerminateOthersAsync(call.Caller, call.Cancellation);
        return true;
    }

    private JsonNode Subscribe(Call call, string id)
    {
        var collection = call.Text(0, "name");
        if (collection != SessionEvents.Collection)
            throw TrueNasException.Call(ErrorNumber.Invalid, $"{LogText.Printable(collection, 100)}: there are no such events");
        call.Connection.Keep(id, events.Subscribe(call.Caller.Tenant.Account, call.Connection.SendEventAsync));
        return id;
    }

    private static Task<JsonNode?> Unsubscribe(Call call)
    {
        call.Connection.Drop(call.Text(0, "id"));
        return Answer(null);
    }

    private static Task<JsonNode?> LogOut(Call call)
    {
        call.Connection.LogIn(null);
        return Answer(true);
    }

    private bool LogIn(Call call, string name, string secret)
    {
        if (!call.Connection.TakesSecrets)
            throw TrueNasException.Call(ErrorNumber.Access, "A password is taken over TLS only, or from this machine");
        if (login.ByKey(name, secret) is not { } caller)
            return false;
        call.Connection.LogIn(caller);
        return true;
    }

    private bool LogInWithKey(Call call, string keyAndSecret)
    {
        var colon = keyAndSecret.IndexOf(':', StringComparison.Ordinal);
        return colon >= 0 && LogIn(call, keyAndSecret[..colon], keyAndSecret[(colon + 1)..]);
    }

    /// <summary>A password or a key, by the mechanism that the argument names.</summary>
    private JsonObject LogInBy(Call call)
    {
        if (call.At(0) is not JsonObject way)
            throw TrueNasException.BadArgument("login_data", "A dict was expected");
        var isIn = Member("mechanism") switch
        {
            "PASSWORD_PLAIN" => LogIn(call, Member("username"), Member("password")),
            "API_KEY_PLAIN" => LogInWithKey(call, Member("api_key")),
            var other => throw TrueNasException.BadArgument("login_data.mechanism", $"'{LogText.Printable(other, 100)}' is not one of PASSWORD_PLAIN, API_KEY_PLAIN"),
        };
        if (!isIn)
            return new JsonObject { ["response_type"] = "AUTH_ERR" };
        var wantsUser = way["login_options"] is not JsonObject { } wanted || wanted["user_info"]?.GetValueKind() != JsonValueKind.False;
        return new JsonObject
        {
            ["response_type"] = "SUCCESS",
            ["user_info"] = wantsUser ? UserOf(call.Caller) : null,
            ["authenticator"] = "LEVEL_1",
        };

        string Member(string name) => QueryOperators.TryText(way[name], out var text) ? text : throw TrueNasException.BadArgument($"login_data.{name}", "Field required");
    }

    /// <summary>As much of a user as there is: no ids, no shell.</summary>
    private static JsonObject UserOf(Caller caller) => new()
    {
        ["pw_name"] = caller.Name,
        ["pw_gecos"] = caller.Arn,
        ["attributes"] = new JsonObject { ["account"] = caller.Tenant.Account, ["access_key_id"] = caller.AccessKeyId },
    };

    private static Task<JsonNode?> Answer(JsonNode? value) => Task.FromResult(value);

    private sealed record Method(int MostParameters, Func<Call, Task<JsonNode?>> Handle, bool ForAll = false);

    private sealed record Call(TrueNasMethods Methods, TrueNasConnection Connection, JsonArray Parameters, CancellationToken Cancellation)
    {
        /// <summary>Who is logged in; the caller of this has seen to that.</summary>
        public Caller Caller => Connection.Caller ?? throw TrueNasException.NotAuthenticated();

        public JsonNode? At(int index) => index < Parameters.Count ? Parameters[index] : null;

        public string Text(int index, string name) => index >= Parameters.Count
            ? throw TrueNasException.BadArgument(name, "Field required")
            : QueryOperators.TryText(Parameters[index], out var text) ? text : throw TrueNasException.BadArgument(name, "Input should be a valid string");
    }
}
