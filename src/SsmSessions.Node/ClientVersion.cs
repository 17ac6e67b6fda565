using System.Globalization;

namespace SsmSessions.Node;

/// <summary>The version of a client, which decides what the node does with it (spec/ssm-data-channel.md §8.3).</summary>
internal sealed class ClientVersion
{
    private static readonly ClientVersion Multiplexing = Parse("1.1.70");
    private static readonly ClientVersion LastWithKeepAlive = Parse("1.2.331.0");
    private static readonly ClientVersion LastWithoutSeparateOutput = Parse("1.2.295");

    private readonly int[] _numbers;

    private ClientVersion(int[] numbers) => _numbers = numbers;

    /// <summary>Reads dotted numbers; what is none is older than every version.</summary>
    public static ClientVersion Parse(string? text)
    {
        var parts = (text ?? "").Split('.');
        var numbers = new int[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]))
                return new ClientVersion([]);
        }

        return new ClientVersion(numbers);
    }

    /// <summary>It multiplexes LocalPortForwarding.</summary>
    public bool Multiplexes => Compare(this, Multiplexing) >= 0;

    /// <summary>Its multiplexer closes when it hears nothing for 30 s.</summary>
    public bool NeedsKeepAlive => Compare(this, LastWithKeepAlive) <= 0;

    /// <summary>It knows messages of type 11 and 12.</summary>
    public bool KnowsSeparateOutput => Compare(this, LastWithoutSeparateOutput) > 0;

    /// <summary>Number by number; one that is missing is 0.</summary>
    private static int Compare(ClientVersion one, ClientVersion other)
    {
        for (var i = 0; i < Math.Max(one._numbers.Length, other._numbers.Length); i++)
        {
            var order = one._numbers.ElementAtOrDefault(i).CompareTo(other._numbers.ElementAtOrDefault(i));
            if (order != 0)
                return order;
        }

        return 0;
    }
}
