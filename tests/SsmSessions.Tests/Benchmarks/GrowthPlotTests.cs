using System.Xml.Linq;
using SsmSessions.Benchmarks.Growth;
using SsmSessions.Benchmarks.Growth.Plots;
using ReadingsFile = SsmSessions.Benchmarks.Growth.Plots.Readings;

namespace SsmSessions.Tests.Benchmarks;

public sealed class GrowthPlotTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private static readonly Plot Plot = new(
        "sample", "Costs & more", "things", 2, [new Panel("median, \"all\"", "ms"), new Panel("late", "ms"), new Panel("never measured", "ms")]);

    private static readonly IReadOnlyList<Reading> Readings =
    [
        new("median, \"all\"", "find, by id", 1_000, 0.25),
        new("median, \"all\"", "find, by id", 10_000, 0.5),
        new("late", "list", 1_000, 3),
        new("late", "list", 10_000, 0),
    ];

    [Fact]
    public void Sizes_are_a_decade_apart_and_none_is_above_the_largest()
    {
        Assert.Equal([10, 100, 1_000], GrowthSettings.Decades(10, 9_999));
        Assert.Equal([1_000_000_000], GrowthSettings.Decades(1_000_000_000, int.MaxValue));
    }

    [Theory]
    [InlineData(0.25, 0.5, 0.1, 1)]
    [InlineData(3, 4_000, 1, 10_000)]
    [InlineData(10, 10, 10, 100)]
    public void An_axis_begins_and_ends_with_a_power_of_ten(double least, double most, double from, double to)
    {
        var axis = PlotDrawing.Decades([most, least]);
        Assert.Equal(from, axis.From, 12);
        Assert.Equal(to, axis.To, 12);
    }

    [Fact]
    public async Task Numbers_are_read_as_they_were_written()
    {
        var path = Path.GetTempFileName();
        try
        {
            await ReadingsFile.WriteAsync(path, Plot, Readings);
            var lines = await File.ReadAllLinesAsync(path, TestContext.Current.CancellationToken);
            Assert.Equal("panel,unit,line,size,value", lines[0]);
            Assert.Equal("\"median, \"\"all\"\"\",ms,\"find, by id\",1000,0.25", lines[1]);
            Assert.Equal(Readings, await ReadingsFile.ReadAsync(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task A_file_of_something_else_is_refused()
    {
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(path, "a,b\n1,2\n", TestContext.Current.CancellationToken);
            await Assert.ThrowsAsync<InvalidDataException>(() => ReadingsFile.ReadAsync(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_drawing_names_everything_that_was_measured_and_nothing_else()
    {
        var texts = XDocument.Parse(PlotDrawing.Draw(Plot, Readings)).Descendants(Svg + "text").Select(text => text.Value).ToList();
        Assert.Contains("Costs & more", texts);
        Assert.Contains("1,000 to 10,000 things; both axes are logarithmic", texts);
        Assert.Contains("median, \"all\"", texts);
        Assert.Contains("find, by id", texts);
        Assert.Contains("late", texts);
        Assert.DoesNotContain("never measured", texts);
    }

    [Fact]
    public void What_cannot_stand_on_a_logarithmic_axis_is_left_out()
    {
        var without = PlotDrawing.Draw(Plot, [.. Readings.Take(2)]);
        Assert.DoesNotContain("late", XDocument.Parse(without).Descendants(Svg + "text").Select(text => text.Value));
        Assert.DoesNotContain("NaN", PlotDrawing.Draw(Plot, Readings), StringComparison.Ordinal);
    }

    [Fact]
    public void Names_inside_a_drawing_are_used_once()
    {
        var ids = XDocument.Parse(PlotDrawing.Draw(Plot, Readings)).Descendants().Attributes("id").Select(id => id.Value).ToList();
        Assert.NotEmpty(ids);
        Assert.Equal(ids.Distinct(), ids);
    }
}
