using SsmSessions.Server.Hosting.Tls;

namespace SsmSessions.Tests.Hosting.Tls;

/// <summary>Which names are taken for the real service's (spec/ssm-data-channel.md §2.6).</summary>
public sealed class AwsNamesTests
{
    [Theory]
    [InlineData("us-east-1", "ssmmessages.us-east-1.amazonaws.com")]
    [InlineData("us-gov-west-1", "ssmmessages.us-gov-west-1.amazonaws.com")]
    [InlineData("cn-north-1", "ssmmessages.cn-north-1.amazonaws.com.cn")]
    [InlineData("x", "ssmmessages.x.amazonaws.com")]
    public void The_name_of_a_region_is_the_real_ones(string region, string name)
    {
        Assert.Equal(name, AwsNames.StreamHost(region));
        Assert.True(AwsNames.IsStreamHost(name));
    }

    [Theory]
    [InlineData("ssmmessages-fips.us-east-1.amazonaws.com", true)]
    [InlineData("ssmmessages-fips.cn-north-1.amazonaws.com.cn", true)]
    [InlineData("ssm.us-east-1.amazonaws.com", false)]
    [InlineData("ssmmessages.amazonaws.com", false)]
    [InlineData("ssmmessages..amazonaws.com", false)]
    [InlineData("ssmmessages.amazonaws.com.cn", false)]
    [InlineData("ssmmessages.us-east-1.evil.amazonaws.com", false)]
    [InlineData("ssmmessages.us-east-1.amazonaws.com.", false)]
    [InlineData("ssmmessages.us-east-1.amazonaws.com.evil.example", false)]
    [InlineData("ssmmessages.us-east-1.amazonaws.org", false)]
    [InlineData("ssmmessages.us-east-1.evilamazonaws.com", false)]
    [InlineData("evil.ssmmessages.us-east-1.amazonaws.com", false)]
    [InlineData("ssmmessages.xn--a.amazonaws.com", false)]
    [InlineData("ssmmessages.-a.amazonaws.com", false)]
    [InlineData("ssmmessages.a-.amazonaws.com", false)]
    [InlineData("ssmmessages.US-EAST-1.amazonaws.com", false)]
    [InlineData("ssmmessages.abcdefghijklmnopqrstuvwxyzabcdefg.amazonaws.com", false)]
    [InlineData(".amazonaws.com", false)]
    [InlineData("amazonaws.com", false)]
    [InlineData("", false)]
    public void Only_names_of_websockets_are_taken_for_it(string name, bool isOne) => Assert.Equal(isOne, AwsNames.IsStreamHost(name));
}
