using System.Globalization;
using SsmSessions.Core.Identity;
using SsmSessions.Core.Sessions;

namespace SsmSessions.Benchmarks.Sessions;

/// <summary>
/// Sessions as a busy account has them: one in ten is active, 20 owners, 20 targets, one in twenty failed, one in ten by
/// just-in-time access; half of them name a document, a third give a reason. The same number makes the same session.
/// </summary>
/// <param name="newest">The start of the newest one; each session before started 2 s earlier.</param>
internal sealed class SampleSessions(DateTimeOffset newest)
{
    public const int Owners = 20;
    public const int Targets = 20;

    private static readonly TimeSpan Apart = TimeSpan.FromSeconds(2);

    /// <summary>The tenant of the load generator's calls.</summary>
    public static Tenant Tenant { get; } = new("000000000000", "us-east-1");

    public static string Owner(int number) => Tenant.GlobalArn("iam", "user/" + OwnerName(number));

    public static string Target(int number) => string.Create(CultureInfo.InvariantCulture, $"i-0{0x5e1f00d0 + (number % Targets):x8}9a7c4e12");

    public static string Id(int number)
    {
        Span<char> suffix = stackalloc char[26];
        var state = ((ulong)number + 1) * 0x9E3779B97F4A7C15;
        foreach (ref var character in suffix)
        {
            state = (state ^ (state >> 29)) * 0xBF58476D1CE4E5B9;
            character = "abcdefghijklmnopqrstuvwxyz23456789"[(int)((state >> 33) % 34)];
        }

        return $"{OwnerName(number / 7)}-{suffix}";
    }

    /// <summary>When a session started: 0 is the newest.</summary>
    public DateTimeOffset StartOf(int number) => newest - (number * Apart);

    public Session Make(int number)
    {
        var isActive = number % 10 == 0;
        var start = StartOf(number);
        return new Session
        {
            Tenant = Tenant,
            Id = Id(number),
            Owner = Owner(number / 7),
            Target = Target(number / 3),
            Status = isActive ? ActiveStatus(number / 10) : number % 20 == 7 ? SessionStatus.Failed : SessionStatus.Terminated,
            StartDate = start,
            EndDate = isActive ? null : newest,
            DocumentName = (number % 4) switch { 0 => "SSM-SessionManagerRunShell", 1 => "AWS-StartPortForwardingSession", _ => null },
            Reason = number % 3 == 0 ? "INC-20431: disk of the build host is full" : null,
            AccessType = number / 10 % 10 == 3 ? AccessType.JustInTime : AccessType.Standard,
        };
    }

    private static string OwnerName(int number) => string.Create(CultureInfo.InvariantCulture, $"engineer{number % Owners:00}");

    private static SessionStatus ActiveStatus(int number) => (number % 3) switch
    {
        0 => SessionStatus.Connected,
        1 => SessionStatus.Connecting,
        _ => SessionStatus.Disconnected,
    };
}
