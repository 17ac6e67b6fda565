using System.Text.Json.Serialization;

namespace SsmSessions.Core.Faults;

/// <summary>What can be made to go wrong.</summary>
[JsonConverter(typeof(CamelCaseNames<FaultEffect>))]
public enum FaultEffect
{
    /// <summary>A call is refused because the caller is too fast.</summary>
    Throttle,

    /// <summary>A call fails with an error of the rule's choice.</summary>
    Error,

    /// <summary>A call fails as the service's own fault.</summary>
    InternalError,

    /// <summary>A call is carried out late.</summary>
    Latency,

    /// <summary>A call is not carried out, and its connection is cut.</summary>
    DropConnection,

    /// <summary>A call is carried out, and its connection is cut in the middle of the answer.</summary>
    HalfAnswer,

    /// <summary>The client's websocket is closed with a code and no <c>channel_closed</c>.</summary>
    Close,

    /// <summary>The client's websocket is cut.</summary>
    Drop,

    /// <summary>No message gets through; none is lost.</summary>
    Freeze,

    /// <summary>Stream messages arrive late, in their order.</summary>
    Delay,

    /// <summary>Stream messages are lost.</summary>
    Lose,

    /// <summary>Stream messages arrive twice.</summary>
    Double,

    /// <summary>A stream message is overtaken by the next one.</summary>
    Reorder,

    /// <summary>Acknowledgements are lost.</summary>
    LoseAcknowledgements,

    /// <summary>A token that is shown to open a data channel counts as expired.</summary>
    ExpireToken,

    /// <summary>ResumeSession answers without a token, as for a session that has ended.</summary>
    ResumeWithoutToken,

    /// <summary>ResumeSession gives a token, and the data channel refuses it.</summary>
    RefuseResume,

    /// <summary>The node's connection is lost: it is no target, and its data channels stand still.</summary>
    DisconnectNode,
}

/// <summary>Which way messages go on a data channel.</summary>
[JsonConverter(typeof(CamelCaseNames<FaultDirection>))]
public enum FaultDirection
{
    /// <summary>From the node to the client.</summary>
    ToClient,

    /// <summary>From the client to the node.</summary>
    ToNode,
}

/// <summary>The wire protocols (DESIGN §2) in which something can go wrong.</summary>
[JsonConverter(typeof(CamelCaseNames<FrontEnd>))]
public enum FrontEnd
{
    /// <summary>The AWS API, <c>POST /</c>.</summary>
    AwsJson,

    /// <summary>Data channels.</summary>
    MessageGateway,

    /// <summary>Consul's API.</summary>
    Consul,

    /// <summary>Doris' session action.</summary>
    Doris,

    /// <summary>TrueNAS' websockets.</summary>
    TrueNas,
}

/// <summary>What kinds of effects there are.</summary>
public static class FaultEffects
{
    /// <summary>Effects on a call of any front end.</summary>
    public static bool IsOnCalls(this FaultEffect effect) => effect <= FaultEffect.HalfAnswer;

    /// <summary>Effects that answer a call with a failure.</summary>
    public static bool FailsCall(this FaultEffect effect) => effect is FaultEffect.Throttle or FaultEffect.Error or FaultEffect.InternalError;

    /// <summary>Effects that take a client's websocket away.</summary>
    public static bool EndsConnection(this FaultEffect effect) => effect is FaultEffect.Close or FaultEffect.Drop;

    /// <summary>Effects on the messages of a data channel.</summary>
    public static bool IsOnMessages(this FaultEffect effect) => effect is >= FaultEffect.Freeze and <= FaultEffect.LoseAcknowledgements;

    /// <summary>Effects that are in force or not, and do not happen at times.</summary>
    public static bool IsState(this FaultEffect effect) => effect is FaultEffect.Freeze or FaultEffect.DisconnectNode;
}
