using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SsmSessions.Server.Consul.Go;

namespace SsmSessions.Tests.Consul.Go;

/// <summary>spec/consul-sessions.md §2.6.</summary>
public sealed class GoDurationTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("-0", 0)]
    [InlineData("0s", 0)]
    [InlineData("00s", 0)]
    [InlineData("5s", 5_000_000_000)]
    [InlineData("+5s", 5_000_000_000)]
    [InlineData("-5s", -5_000_000_000)]
    [InlineData("1h30m", 5_400_000_000_000)]
    [InlineData("1m1h", 3_660_000_000_000)]
    [InlineData("1.5m", 90_000_000_000)]
    [InlineData(".5s", 500_000_000)]
    [InlineData("1.s", 1_000_000_000)]
    [InlineData("4907ms", 4_907_000_000)]
    [InlineData("1us1\u00B5s1\u03BCs1ns", 3_001)]
    [InlineData("0.3333333333333333333h", 1_200_000_000_000)]
    [InlineData("0.100000000000000000000h", 360_000_000_000)]
    [InlineData("9223372036854775807ns", long.MaxValue)]
    [InlineData("-9223372036854775807ns", -long.MaxValue)]
    [InlineData("2562047h47m16.854775807s", long.MaxValue)]
    public void Durations_are_read_as_by_Go(string text, long nanoseconds) => Assert.Equal((nanoseconds, null), GoDuration.Parse(text));

    [Theory]
    [InlineData("", "time: invalid duration \"\"")]
    [InlineData("-", "time: invalid duration \"-\"")]
    [InlineData("s", "time: invalid duration \"s\"")]
    [InlineData(".s", "time: invalid duration \".s\"")]
    [InlineData("1s ", "time: unknown unit \"s \" in duration \"1s \"")]
    [InlineData(" 1s", "time: invalid duration \" 1s\"")]
    [InlineData("3", "time: missing unit in duration \"3\"")]
    [InlineData("1s3", "time: missing unit in duration \"1s3\"")]
    [InlineData("1S", "time: unknown unit \"S\" in duration \"1S\"")]
    [InlineData("1e3s", "time: unknown unit \"e\" in duration \"1e3s\"")]
    [InlineData("1.2.3s", "time: missing unit in duration \"1.2.3s\"")]
    [InlineData("9223372036854775808ns", "time: invalid duration \"9223372036854775808ns\"")]
    [InlineData("3000000h", "time: invalid duration \"3000000h\"")]
    [InlineData("2562047h47m17s", "time: invalid duration \"2562047h47m17s\"")]
    [InlineData("1ä\n\"\\", "time: unknown unit \"\\xc3\\xa4\\x0a\\\"\\\\\" in duration \"1\\xc3\\xa4\\x0a\\\"\\\\\"")]
    public void What_is_no_duration_is_told_as_by_Go(string text, string failure) => Assert.Equal((0, failure), GoDuration.Parse(text));

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(1, "1ns")]
    [InlineData(1_100, "1.1µs")]
    [InlineData(2_200_000, "2.2ms")]
    [InlineData(250_000_000, "250ms")]
    [InlineData(3_300_000_000, "3.3s")]
    [InlineData(10_000_000_000, "10s")]
    [InlineData(245_000_000_000, "4m5s")]
    [InlineData(245_001_000_000, "4m5.001s")]
    [InlineData(86_400_000_000_000, "24h0m0s")]
    [InlineData(-1, "-1ns")]
    [InlineData(long.MaxValue, "2562047h47m16.854775807s")]
    [InlineData(long.MinValue, "-2562047h47m16.854775808s")]
    public void Durations_are_written_as_by_Go(long nanoseconds, string text) => Assert.Equal(text, GoDuration.Format(nanoseconds));

    [Fact]
    public void Any_duration_is_read_back() => Prop.ForAll(
        ArbMap.Default.ArbFor<long>(),
        ArbMap.Default.ArbFor<int>(),
        (large, small) =>
        {
            foreach (var nanoseconds in new[] { large, small, (long)large * small, large == long.MinValue ? 0 : Math.Abs(large) })
            {
                if (nanoseconds != long.MinValue)
                    Assert.Equal((nanoseconds, null), GoDuration.Parse(GoDuration.Format(nanoseconds)));
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));

    [Fact]
    public void Any_text_is_a_duration_or_is_told() => Prop.ForAll(
        Gen.OneOf(
            Gen.Elements("-", "+", "1", "0", "99999999999", ".", "s", "ms", "h", "m", "ns", "us", "µs", " ", "d", "\"", "ä").ArrayOf().Select(string.Concat),
            ArbMap.Default.GeneratorFor<string>().Select(text => text ?? "")).ToArbitrary(),
        text =>
        {
            var (nanoseconds, failure) = GoDuration.Parse(text);
            Assert.True(failure is null || (nanoseconds == 0 && failure.StartsWith("time: ", StringComparison.Ordinal) && Encoding.UTF8.GetByteCount(failure) > 6));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));
}
