namespace SsmSessions.Server.Consul.Go;

/// <summary>What a JSON value is.</summary>
internal enum GoJsonKind
{
    Null,
    Bool,
    Number,
    String,
    Array,
    Object,
}

/// <summary>A JSON value as it was sent: members in their order, also those of the same name.</summary>
internal sealed record GoJsonValue(GoJsonKind Kind)
{
    public static GoJsonValue Null { get; } = new(GoJsonKind.Null);

    public static GoJsonValue True { get; } = new(GoJsonKind.Bool) { Text = "true" };

    public static GoJsonValue False { get; } = new(GoJsonKind.Bool) { Text = "false" };

    /// <summary>The text of a string, the letters of a number; <c>true</c> or <c>false</c>.</summary>
    public string Text { get; init; } = "";

    /// <summary>The elements of an array.</summary>
    public IReadOnlyList<GoJsonValue> Items { get; init; } = [];

    /// <summary>The members of an object.</summary>
    public IReadOnlyList<KeyValuePair<string, GoJsonValue>> Members { get; init; } = [];
}
