using System.Globalization;
using System.Text;
using System.Xml.Linq;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;

namespace SsmSessions.Benchmarks.Growth.Plots;

/// <summary>Draws a plot as SVG. OxyPlot draws the panels; here they are put beside each other under a title.</summary>
internal static class PlotDrawing
{
    private const int PanelWidth = 430;
    private const int PlotHeight = 330;
    private const int LegendRow = 18;
    private const int TitleHeight = 56;
    private const string Font = "Arial";

    /// <summary>What an axis goes on beyond its decades, as a factor: markers at its ends are not cut.</summary>
    private const double Margin = 1.2;

    /// <summary>Colours that also those can tell apart who see few (Okabe and Ito), then the same with dashes.</summary>
    private static readonly OxyColor[] Colors =
    [
        OxyColor.FromRgb(0x00, 0x72, 0xB2), OxyColor.FromRgb(0xD5, 0x5E, 0x00), OxyColor.FromRgb(0x00, 0x9E, 0x73),
        OxyColor.FromRgb(0xCC, 0x79, 0xA7), OxyColor.FromRgb(0xE6, 0x9F, 0x00), OxyColor.FromRgb(0x56, 0xB4, 0xE9), OxyColor.FromRgb(0x33, 0x33, 0x33),
    ];

    private static readonly OxyColor Grid = OxyColor.FromRgb(0xDD, 0xDD, 0xDD);
    private static readonly OxyColor Ink = OxyColor.FromRgb(0x22, 0x22, 0x22);

    /// <summary>The whole document.</summary>
    public static string Draw(Plot plot, IReadOnlyList<Reading> readings)
    {
        var panels = plot.Panels.Select(panel => (Panel: panel, Lines: LinesOf(panel, readings))).Where(panel => panel.Lines.Count > 0).ToList();
        var columns = Math.Min(plot.Columns, panels.Count);
        var rows = panels.Chunk(columns).ToList();
        var width = columns * PanelWidth;
        var height = TitleHeight + rows.Sum(HeightOf);
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" font-family="{Font}, Helvetica, sans-serif">
            <rect width="100%" height="100%" fill="#ffffff"/>
            <text x="16" y="26" font-size="18" font-weight="bold" fill="#222222">{Escape(plot.Title)}</text>
            <text x="16" y="46" font-size="13" fill="#555555">{Escape(Subtitle(plot, readings))}</text>

            """);
        var (top, number) = (TitleHeight, 0);
        foreach (var row in rows)
        {
            for (var column = 0; column < row.Length; column++, number++)
            {
                // Each panel counts its clipping paths from 1, and names are of the whole document.
                var drawn = DrawPanel(plot, row[column].Panel, row[column].Lines)
                    .Replace("id=\"clipPath", $"id=\"panel{number}-", StringComparison.Ordinal)
                    .Replace("url(#clipPath", $"url(#panel{number}-", StringComparison.Ordinal);
                svg.Append(CultureInfo.InvariantCulture, $"<g transform=\"translate({column * PanelWidth} {top})\">\n{drawn}\n</g>\n");
            }

            top += HeightOf(row);
        }

        return svg.Append("</svg>\n").ToString();
    }

    /// <summary>The least and the greatest power of ten around some values: where an axis begins and ends.</summary>
    public static (double From, double To) Decades(IEnumerable<double> values)
    {
        var (least, most) = values.Aggregate((Least: double.MaxValue, Most: 0.0), (range, v) => (Math.Min(range.Least, v), Math.Max(range.Most, v)));
        var (from, to) = (Math.Floor(Math.Log10(least)), Math.Ceiling(Math.Log10(most)));
        return (Math.Pow(10, from), Math.Pow(10, Math.Max(to, from + 1)));
    }

    private static int HeightOf((Panel Panel, List<(string Name, List<Reading> Points)> Lines)[] row) => row.Max(panel => HeightOf(panel.Lines.Count));

    private static int HeightOf(int lines) => PlotHeight + (LegendRow * lines);

    /// <summary>Only what can stand on a logarithmic axis.</summary>
    private static List<(string Name, List<Reading> Points)> LinesOf(Panel panel, IReadOnlyList<Reading> readings) =>
    [
        .. readings.Where(reading => reading.Panel == panel.Title && reading is { Size: > 0, Value: > 0 })
            .GroupBy(reading => reading.Line, (line, points) => (line, points.OrderBy(point => point.Size).ToList())),
    ];

    /// <summary>Says how far the run came: a plot ends where nothing was measured.</summary>
    private static string Subtitle(Plot plot, IReadOnlyList<Reading> readings) => string.Create(
        CultureInfo.InvariantCulture,
        $"{readings.Min(reading => reading.Size):#,0} to {readings.Max(reading => reading.Size):#,0} {plot.What}; both axes are logarithmic");

    private static string DrawPanel(Plot plot, Panel panel, List<(string Name, List<Reading> Points)> lines)
    {
        var model = new PlotModel
        {
            Title = panel.Title,
            TitleFontSize = 14,
            TitleFontWeight = FontWeights.Normal,
            TextColor = Ink,
            DefaultFont = Font,
            Background = OxyColors.White,
            PlotAreaBorderColor = OxyColor.FromRgb(0x99, 0x99, 0x99),
            Padding = new OxyThickness(10, 4, 22, 4),
        };
        model.Axes.Add(AxisOf(AxisPosition.Bottom, plot.What, lines.SelectMany(line => line.Points).Select(point => point.Size)));
        model.Axes.Add(AxisOf(AxisPosition.Left, panel.Unit, lines.SelectMany(line => line.Points).Select(point => point.Value)));
        model.Legends.Add(new Legend
        {
            LegendPlacement = LegendPlacement.Outside,
            LegendPosition = LegendPosition.BottomLeft,
            LegendOrientation = LegendOrientation.Vertical,
            LegendFontSize = 12,
            LegendSymbolLength = 26,
            AllowUseFullExtent = true,
        });
        for (var i = 0; i < lines.Count; i++)
            model.Series.Add(SeriesOf(lines[i].Name, lines[i].Points, i));
        var exporter = new SvgExporter { Width = PanelWidth, Height = HeightOf(lines.Count), UseVerticalTextAlignmentWorkaround = true, TextMeasurer = new TextSizes() };
        // Without the declaration and the document type.
        return XDocument.Parse(exporter.ExportToString(model)).Root!.ToString(SaveOptions.DisableFormatting);
    }

    private static LogarithmicAxis AxisOf(AxisPosition position, string title, IEnumerable<double> values)
    {
        var (from, to) = Decades(values);
        return new LogarithmicAxis
        {
            Position = position,
            Title = title,
            TitleFontSize = 12,
            FontSize = 12,
            Minimum = from / Margin,
            Maximum = to * Margin,
            MajorGridlineStyle = LineStyle.Solid,
            MajorGridlineColor = Grid,
            TicklineColor = Grid,
            MinorTickSize = 0,
            LabelFormatter = value => value.ToString("#,0.######", CultureInfo.InvariantCulture),
        };
    }

    private static LineSeries SeriesOf(string name, List<Reading> points, int number)
    {
        var color = Colors[number % Colors.Length];
        var series = new LineSeries
        {
            Title = name,
            Color = color,
            StrokeThickness = 1.8,
            LineStyle = number < Colors.Length ? LineStyle.Solid : LineStyle.Dash,
            MarkerType = MarkerType.Circle,
            MarkerSize = 3,
            MarkerFill = color,
        };
        series.Points.AddRange(points.Select(point => new DataPoint(point.Size, point.Value)));
        return series;
    }

    private static string Escape(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;");
}
