using SsmSessions.Node;

namespace SsmSessions.Tests.Node;

/// <summary>The gates of spec/ssm-data-channel.md §8.3 that the agent decides.</summary>
public sealed class ClientVersionTests
{
    [Theory]
    [InlineData("1.1.69", false)]
    [InlineData("1.1.69.999", false)]
    [InlineData("1.1.70", true)]
    [InlineData("1.1.70.0", true)]
    [InlineData("1.2.677.0", true)]
    [InlineData("2", true)]
    [InlineData("0.0.1", false)]
    [InlineData("1.2.x", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void It_multiplexes_from_1_1_70_on(string? version, bool expected) => Assert.Equal(expected, ClientVersion.Parse(version).Multiplexes);

    [Theory]
    [InlineData("1.2.331.0", true)]
    [InlineData("1.2.331.1", false)]
    [InlineData("1.2.332.0", false)]
    public void It_needs_keep_alive_up_to_1_2_331(string version, bool expected) => Assert.Equal(expected, ClientVersion.Parse(version).NeedsKeepAlive);

    [Theory]
    [InlineData("1.2.295", false)]
    [InlineData("1.2.295.0", false)]
    [InlineData("1.2.312.0", true)]
    public void It_knows_separate_output_after_1_2_295(string version, bool expected) => Assert.Equal(expected, ClientVersion.Parse(version).KnowsSeparateOutput);
}
