namespace SsmSessions.Core.Identity;

/// <summary>An account and a region, from the SigV4 credential scope. Everything is kept per tenant.</summary>
/// <param name="Account">12 digits.</param>
/// <param name="Region"><c>[a-z0-9-]{1,32}</c>.</param>
public readonly record struct Tenant(string Account, string Region)
{
    /// <summary>The account of callers whose access key id names none.</summary>
    public const string DefaultAccount = "000000000000";

    /// <summary>aws, aws-cn or aws-us-gov, by the region.</summary>
    public string Partition =>
        Region.StartsWith("cn-", StringComparison.Ordinal) ? "aws-cn"
        : Region.StartsWith("us-gov-", StringComparison.Ordinal) ? "aws-us-gov"
        : "aws";

    /// <summary>True when both parts have their form: what else comes in from outside would break the store's keys.</summary>
    public bool IsWellFormed => IdentityText.IsAccount(Account) && IdentityText.IsRegion(Region);

    /// <summary><c>account/region</c>, as it stands in the store's keys.</summary>
    public override string ToString() => $"{Account}/{Region}";

    /// <summary>An ARN in this account and region.</summary>
    public string Arn(string service, string resource) => $"arn:{Partition}:{service}:{Region}:{Account}:{resource}";

    /// <summary>An ARN of IAM or STS in this account, which has no region.</summary>
    public string GlobalArn(string service, string resource) => $"arn:{Partition}:{service}::{Account}:{resource}";

    /// <summary>Reads <see cref="ToString"/>'s form.</summary>
    public static Tenant Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? throw new FormatException($"'{text}' is not a tenant") : new Tenant(text[..slash], text[(slash + 1)..]);
    }
}
