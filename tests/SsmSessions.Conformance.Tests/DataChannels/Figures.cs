namespace SsmSessions.Conformance.Tests.DataChannels;

/// <summary>What was measured on the way, for whoever reads the results.</summary>
internal static class Figures
{
    public static void Tell(string figure)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(figure);
        TestContext.Current.SendDiagnosticMessage(figure);
    }
}
