using SsmSessions.Core.Identity;
using SsmSessions.Core.Nodes;

namespace SsmSessions.Tests.Nodes;

public sealed class NodeIdTests
{
    [Theory]
    [InlineData("i-0123456789abcdef0", "arn:aws:ec2:us-east-1:111122223333:instance/i-0123456789abcdef0")]
    [InlineData("mi-0123456789abcdef0", "arn:aws:ssm:us-east-1:111122223333:managed-instance/mi-0123456789abcdef0")]
    [InlineData("ecs:my_cluster_0123abcd_0123abcd-7", "arn:aws:ecs:us-east-1:111122223333:task/my_cluster/0123abcd")]
    [InlineData("ecs:odd", "arn:aws:ecs:us-east-1:111122223333:task/odd")]
    public void A_target_has_an_ARN(string target, string arn) =>
        Assert.Equal(arn, NodeId.ArnOf(new Tenant("111122223333", "us-east-1"), target));

    [Fact]
    public void A_new_id_has_the_form_of_a_hybrid_nodes()
    {
        Assert.Matches("^mi-[0-9a-f]{17}$", NodeId.NewHybrid());
        Assert.NotEqual(NodeId.NewHybrid(), NodeId.NewHybrid());
    }
}
