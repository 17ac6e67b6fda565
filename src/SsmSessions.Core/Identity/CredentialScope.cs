namespace SsmSessions.Core.Identity;

/// <summary>The credential of a signature: <c>key id/yyyymmdd/region/service/aws4_request</c>.</summary>
internal readonly struct CredentialScope
{
    private const string AwsTerminator = "aws4_request";

    private readonly int _date;
    private readonly int _region;
    private readonly int _service;
    private readonly int _terminator;

    public CredentialScope(ReadOnlyMemory<char> text)
    {
        Memory = text.TrimEnd('/');
        Span<Range> parts = stackalloc Range[6];
        if (Text.Split(parts, '/') != 5)
            return;
        (_date, _region, _service, _terminator) = (Start(parts[1]), Start(parts[2]), Start(parts[3]), Start(parts[4]));
    }

    /// <summary>The whole, which is also the key of everything cached for it.</summary>
    public ReadOnlySpan<char> Text => Memory.Span;

    /// <summary>Whether it has five parts. The parts are empty when it has not.</summary>
    public bool IsComplete => _terminator > 0;

    public ReadOnlySpan<char> KeyId => IsComplete ? Text[..(_date - 1)] : default;

    public ReadOnlySpan<char> Date => IsComplete ? Text[_date..(_region - 1)] : default;

    public ReadOnlySpan<char> Region => IsComplete ? Text[_region..(_service - 1)] : default;

    public ReadOnlySpan<char> Service => IsComplete ? Text[_service..(_terminator - 1)] : default;

    public ReadOnlySpan<char> Terminator => IsComplete ? Text[_terminator..] : default;

    private ReadOnlyMemory<char> Memory { get; }

    /// <summary>Refuses a scope that is not for this service, in the order and with the texts of AWS, all faults in one answer.</summary>
    /// <param name="service">The service that was called.</param>
    /// <param name="signed">The date that the scope must carry; null where dates are not checked.</param>
    public void Require(string service, SignatureDate? signed)
    {
        if (!IsComplete)
            throw AuthenticationErrors.BadCredential(Text);
        var faults = "";
        if (!IdentityText.IsRegion(Region))
            faults += AuthenticationErrors.WrongRegion(Region);
        if (!Service.SequenceEqual(service))
            faults += AuthenticationErrors.WrongService(service);
        if (!Terminator.SequenceEqual(AwsTerminator))
            faults += AuthenticationErrors.WrongTerminator(Terminator);
        if (signed is { } date && !Date.SequenceEqual(date.Day))
            faults += (faults.EndsWith('.') ? " " : "") + AuthenticationErrors.WrongScopeDate(Date, date);
        if (faults.Length > 0)
            throw AuthenticationErrors.Invalid(faults);
    }

    private int Start(Range range) => range.Start.GetOffset(Text.Length);
}
