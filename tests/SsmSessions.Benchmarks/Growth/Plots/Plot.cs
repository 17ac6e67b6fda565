namespace SsmSessions.Benchmarks.Growth.Plots;

/// <summary>A plot: small multiples with logarithmic axes, a line for each thing that was measured.</summary>
/// <param name="Name">Of its files.</param>
/// <param name="Title">Above all panels.</param>
/// <param name="What">What grows, in the plural: the title of the horizontal axes.</param>
/// <param name="Columns">Panels in a row.</param>
/// <param name="Panels">From left to right, row by row.</param>
internal sealed record Plot(string Name, string Title, string What, int Columns, IReadOnlyList<Panel> Panels);

/// <summary>One coordinate system.</summary>
/// <param name="Title">Above it; readings name it.</param>
/// <param name="Unit">Of the vertical axis.</param>
internal sealed record Panel(string Title, string Unit);
