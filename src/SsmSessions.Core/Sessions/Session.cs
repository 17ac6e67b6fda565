using SsmSessions.Core.Identity;

namespace SsmSessions.Core.Sessions;

/// <summary>One interactive connection of an owner to a target. Dates are UTC, whole milliseconds.</summary>
public sealed record Session
{
    /// <summary>How long an ended session is remembered after its end.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromDays(30);

    /// <summary>The idle timeout where a document sets none.</summary>
    public static readonly TimeSpan DefaultIdleTimeout = TimeSpan.FromMinutes(20);

    private Memo _rendering;

    /// <summary>The account and region it lives in.</summary>
    public required Tenant Tenant { get; init; }

    /// <summary><c>{caller name}-{suffix}</c>, at most 96 characters.</summary>
    public required string Id { get; init; }

    /// <summary>The node it is opened to.</summary>
    public required string Target { get; init; }

    /// <summary>ARN of the principal who started it.</summary>
    public required string Owner { get; init; }

    /// <summary>The name in that ARN: what stands after its last <c>/</c>, or <c>root</c>.</summary>
    public string OwnerName => Owner.EndsWith(":root", StringComparison.Ordinal) ? "root" : Owner[(Owner.LastIndexOf('/') + 1)..];

    /// <summary>Where it is in its life.</summary>
    public required SessionStatus Status { get; init; }

    /// <summary>When it was started.</summary>
    public required DateTimeOffset StartDate { get; init; }

    /// <summary>When it ended; set exactly when it is in History.</summary>
    public DateTimeOffset? EndDate { get; init; }

    /// <summary>The document it was started with, as the caller named it; null when he named none.</summary>
    public string? DocumentName { get; init; }

    /// <summary>Why it was started, in the caller's words.</summary>
    public string? Reason { get; init; }

    /// <summary>Free text about its state ("reserved" on the wire).</summary>
    public string? Details { get; init; }

    /// <summary>Where its log lies in S3, if it is kept there.</summary>
    public string? S3OutputUrl { get; init; }

    /// <summary>Where its log lies in CloudWatch, if it is kept there.</summary>
    public string? CloudWatchOutputUrl { get; init; }

    /// <summary>How its starter came by the right.</summary>
    public AccessType AccessType { get; init; }

    /// <summary>How long it may be idle.</summary>
    public TimeSpan IdleTimeout { get; init; } = DefaultIdleTimeout;

    /// <summary>How long it may last, or null without limit.</summary>
    public TimeSpan? MaxSessionDuration { get; init; }

    /// <summary>When it must be looked at, as it may be overdue; null for sessions that never are (injected ones).</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>The host that carries its data channel, or is to carry it once the client comes; null for a record from outside.</summary>
    public string? Host { get; init; }

    /// <summary>The run of that host in which the node's end lives; null while no client has come.</summary>
    public string? HostRun { get; init; }

    /// <summary>Where it was started from; null for a record from outside that says nothing of it.</summary>
    public SessionOrigin? Origin { get; init; }

    /// <summary>Active or History.</summary>
    public SessionState State => Status.State();

    /// <summary>True once nothing of it lives any more: Terminated or Failed.</summary>
    public bool HasEnded => Status is SessionStatus.Terminated or SessionStatus.Failed;

    /// <summary>True when it has lasted as long as it may.</summary>
    public bool IsPastMaximum(DateTimeOffset now) => MaxSessionDuration is { } max && StartDate + max <= now;

    /// <summary>What a front end makes of the session, kept with it: sessions that are listed often are the same object.</summary>
    /// <param name="render">The same at each call.</param>
    public T Render<T>(Func<Session, T> render)
        where T : class =>
        _rendering.Get(this, render);

    /// <summary>The session, ended.</summary>
    /// <param name="status">Terminating, Terminated or Failed.</param>
    /// <param name="now">The date of its end; an end that is already set stays.</param>
    public Session End(SessionStatus status, DateTimeOffset now) => this with
    {
        Status = status,
        EndDate = EndDate ?? now.ToMilliseconds(),
        Deadline = null,
    };
}

/// <summary>Dates as the store keeps them.</summary>
public static class Dates
{
    /// <summary>The same date without what is finer than a millisecond.</summary>
    public static DateTimeOffset ToMilliseconds(this DateTimeOffset date) => DateTimeOffset.FromUnixTimeMilliseconds(date.ToUnixTimeMilliseconds());
}
