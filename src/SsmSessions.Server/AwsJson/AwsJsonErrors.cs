using System.Text.Json;
using SsmSessions.Core;
using SsmSessions.Core.Faults;
using SsmSessions.Core.Identity;
using SsmSessions.Server.AwsJson.Validation;

namespace SsmSessions.Server.AwsJson;

/// <summary>An error as it goes out: HTTP status, <c>__type</c>, and the text with the name of its member.</summary>
/// <param name="Status">400, or 500 for what is not the caller's fault.</param>
/// <param name="Code">The bare code.</param>
/// <param name="Text">The text, or null for a body without one.</param>
/// <param name="LowerCase">True where the member is <c>message</c> and not <c>Message</c> (spec/ssm-control-plane.md §1.3).</param>
internal sealed record AwsJsonError(int Status, string Code, string? Text, bool LowerCase)
{
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("__type"u8, Code);
        if (Text is not null)
            writer.WriteString(LowerCase ? "message"u8 : "Message"u8, Text);
        writer.WriteEndObject();
    }
}

/// <summary>The one place where a failure becomes an AWS JSON 1.1 error.</summary>
internal static class AwsJsonErrors
{
    public static AwsJsonError From(Exception failure) => failure switch
    {
        RefusedException refused => From(refused),
        UnknownOperationException => new(400, "UnknownOperationException", Text: null, LowerCase: false),
        SerializationException wrong => new(400, "SerializationException", wrong.Text, LowerCase: false),
        ConstraintViolationException violation => new(400, "ValidationException", violation.Message, LowerCase: true),
        AuthenticationFailedException failed => new(400, CodeOf(failed.Failure), failed.WireMessage, LowerCase: true),
        InjectedFailureException injected => From(injected.Rule),
        _ => InternalServerError,
    };

    private static string CodeOf(AuthenticationFailure failure) => failure switch
    {
        AuthenticationFailure.MissingAuthenticationToken => "MissingAuthenticationTokenException",
        AuthenticationFailure.IncompleteSignature => "IncompleteSignatureException",
        AuthenticationFailure.InvalidSignature => "InvalidSignatureException",
        AuthenticationFailure.ExpiredToken => "ExpiredTokenException",
        _ => "UnrecognizedClientException",
    };

    /// <summary>A fault on demand. With no text of its own it has the one that the service gives for this error.</summary>
    private static AwsJsonError From(FaultRule rule) => rule.Effect switch
    {
        FaultEffect.Throttle => new(400, "ThrottlingException", rule.Message ?? "Rate exceeded", LowerCase: true),
        FaultEffect.Error => new(rule.Status ?? (rule.Error == InternalServerError.Code ? 500 : 400), rule.Error!, rule.Message, LowerCase: false),
        _ => InternalServerError with { Text = rule.Message ?? InternalServerError.Text },
    };

    private static AwsJsonError InternalServerError { get; } =
        new(500, "InternalServerError", "An error occurred on the server side.", LowerCase: false);

    private static AwsJsonError From(RefusedException refused)
    {
        return refused.Refusal switch
        {
            Refusal.AccessDenied => Modelled("AccessDeniedException"),
            Refusal.ActivationExpired => FrontEnd("ActivationExpired"),
            Refusal.BadRequest => Modelled("BadRequest"),
            Refusal.DocumentAlreadyExists => Modelled("DocumentAlreadyExists"),
            Refusal.DocumentLimitExceeded => Modelled("DocumentLimitExceeded"),
            Refusal.DocumentPermissionLimit => Modelled("DocumentPermissionLimit"),
            Refusal.DocumentVersionLimitExceeded => Modelled("DocumentVersionLimitExceeded"),
            Refusal.DoesNotExist => Modelled("DoesNotExistException"),
            Refusal.DuplicateDocumentContent => Modelled("DuplicateDocumentContent"),
            Refusal.DuplicateDocumentVersionName => Modelled("DuplicateDocumentVersionName"),
            Refusal.InstanceAlreadyRegistered => Modelled("InstanceAlreadyRegistered"),
            Refusal.InvalidActivation => Modelled("InvalidActivation"),
            Refusal.InvalidActivationId => Modelled("InvalidActivationId"),
            Refusal.InvalidDocument => Modelled("InvalidDocument"),
            Refusal.InvalidDocumentContent => Modelled("InvalidDocumentContent"),
            Refusal.InvalidDocumentOperation => Modelled("InvalidDocumentOperation"),
            Refusal.InvalidDocumentSchemaVersion => Modelled("InvalidDocumentSchemaVersion"),
            Refusal.InvalidDocumentVersion => Modelled("InvalidDocumentVersion"),
            Refusal.InvalidFilter => Modelled("InvalidFilter"),
            Refusal.InvalidFilterKey => Bare("InvalidFilterKey"),
            Refusal.InvalidInstanceId => Modelled("InvalidInstanceId"),
            Refusal.InvalidInstanceInformationFilterValue => FrontEnd("InvalidInstanceInformationFilterValue"),
            Refusal.InvalidInstanceInformationValue => FrontEnd("InvalidInstanceInformationValue"),
            Refusal.InvalidInstancePropertyFilterValue => FrontEnd("InvalidInstancePropertyFilterValue"),
            Refusal.InvalidNextToken => Modelled("InvalidNextToken"),
            Refusal.InvalidParameters => Modelled("InvalidParameters"),
            Refusal.InvalidPermissionType => Modelled("InvalidPermissionType"),
            Refusal.InvalidPublicKey => Modelled("InvalidPublicKey"),
            Refusal.InvalidResourceId => Bare("InvalidResourceId"),
            Refusal.InvalidResourceType => Bare("InvalidResourceType"),
            Refusal.MachineFingerprintDoesNotMatch => FrontEnd("MachineFingerprintDoesNotMatch"),
            Refusal.MaxDocumentSizeExceeded => Modelled("MaxDocumentSizeExceeded"),
            Refusal.NoLongerSupported => Modelled("NoLongerSupportedException"),
            Refusal.PublicKeyAlreadyRegistered => Modelled("PublicKeyAlreadyRegistered"),
            Refusal.RegistrationLimitExceeded => FrontEnd("RegistrationLimitExceeded"),
            Refusal.ResourceNotFound => Modelled("ResourceNotFoundException"),
            Refusal.ServiceQuotaExceeded => Modelled("ServiceQuotaExceededException"),
            Refusal.ServiceSettingNotFound => Modelled("ServiceSettingNotFound"),
            Refusal.TargetNotConnected => Modelled("TargetNotConnected"),
            Refusal.Throttled => FrontEnd("ThrottlingException"),
            Refusal.TooManyTags => Bare("TooManyTagsError"),
            Refusal.TooManyUpdates => Modelled("TooManyUpdates"),
            Refusal.Validation => FrontEnd("ValidationException"),
            _ => InternalServerError,
        };

        // A modelled error has "Message" but for a few (spec §1.3), front-end errors have "message", some have no text at all.
        AwsJsonError Modelled(string code) => new(400, code, refused.Text, LowerCase: false);
        AwsJsonError FrontEnd(string code) => new(400, code, refused.Text, LowerCase: true);
        AwsJsonError Bare(string code) => new(400, code, Text: null, LowerCase: false);
    }
}
