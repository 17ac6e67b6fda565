using SsmSessions.Core.Identity;

namespace SsmSessions.Core.Nodes;

/// <summary>A node that registered, or that pinged from EC2.</summary>
/// <param name="Tenant">The account and region that it belongs to.</param>
/// <param name="Id"><c>mi-…</c> or <c>i-…</c>.</param>
public sealed record ManagedNode(Tenant Tenant, string Id)
{
    /// <summary>What it was given when it registered.</summary>
    public NodeRegistration Registration { get; init; } = new();

    /// <summary>What its agent said about it, all pings taken together.</summary>
    public AgentReport Report { get; init; } = new();

    /// <summary>When its agent last pinged, or null before the first time.</summary>
    public DateTimeOffset? LastPing { get; init; }

    /// <summary>Whether it is a hybrid node (<c>mi-…</c>) and not one of EC2.</summary>
    public bool IsHybrid => NodeId.IsHybrid(Id);
}

/// <summary>What a node was given when it registered. The names are stored: they never change.</summary>
public sealed record NodeRegistration
{
    /// <summary>The activation, for a hybrid node.</summary>
    public string? ActivationId { get; init; }

    /// <summary>The name of the role whose credentials its agent gets, with its path.</summary>
    public string? IamRole { get; init; }

    /// <summary>The activation's DefaultInstanceName.</summary>
    public string? Name { get; init; }

    /// <summary>When it registered; null for an EC2 node that only pinged.</summary>
    public DateTimeOffset? Date { get; init; }

    /// <summary>What its agent derived from the hardware; the instance id on EC2.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>RSA, as base64 of DER SubjectPublicKeyInfo; null for an EC2 node that only pinged.</summary>
    public string? PublicKey { get; init; }
}

/// <summary>What an agent says about its node (spec/ssm-control-plane.md §9.2). The names are stored: they never change.</summary>
public sealed record AgentReport
{
    /// <summary><c>amazon-ssm-agent</c>.</summary>
    public string? AgentName { get; init; }

    /// <summary><c>Active</c>.</summary>
    public string? AgentStatus { get; init; }

    /// <summary>Three or four numbers.</summary>
    public string? AgentVersion { get; init; }

    /// <summary>Empty outside EC2.</summary>
    public string? AvailabilityZone { get; init; }

    /// <summary>Empty outside EC2.</summary>
    public string? AvailabilityZoneId { get; init; }

    /// <summary>The machine's name.</summary>
    public string? ComputerName { get; init; }

    /// <summary>The machine's address.</summary>
    public string? IPAddress { get; init; }

    /// <summary>The operating system's name.</summary>
    public string? PlatformName { get; init; }

    /// <summary>Windows, Linux or MacOS.</summary>
    public string? PlatformType { get; init; }

    /// <summary>The operating system's version.</summary>
    public string? PlatformVersion { get; init; }

    /// <summary>How the agent is reached: <c>ssmmessages</c>, <c>ec2messages</c> or empty.</summary>
    public string? ConnectionChannel { get; init; }

    /// <summary>This report with a later one laid over it: what the later one does not say stays, since a short ping says little.</summary>
    public AgentReport With(AgentReport later) => new()
    {
        AgentName = later.AgentName ?? AgentName,
        AgentStatus = later.AgentStatus ?? AgentStatus,
        AgentVersion = later.AgentVersion ?? AgentVersion,
        AvailabilityZone = later.AvailabilityZone ?? AvailabilityZone,
        AvailabilityZoneId = later.AvailabilityZoneId ?? AvailabilityZoneId,
        ComputerName = later.ComputerName ?? ComputerName,
        IPAddress = later.IPAddress ?? IPAddress,
        PlatformName = later.PlatformName ?? PlatformName,
        PlatformType = later.PlatformType ?? PlatformType,
        PlatformVersion = later.PlatformVersion ?? PlatformVersion,
        ConnectionChannel = later.ConnectionChannel ?? ConnectionChannel,
    };
}
