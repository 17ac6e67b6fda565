namespace SsmSessions.Core;

/// <summary>A request that Core will not carry out, for a reason the caller can act on. Each front end has one table that turns
/// the reason into its own wire form.</summary>
/// <param name="refusal">Why.</param>
/// <param name="message">The text for the caller; null where the real service sends none.</param>
public sealed class RefusedException(Refusal refusal, string? message) : Exception(message ?? refusal.ToString())
{
    /// <summary>Why.</summary>
    public Refusal Refusal { get; } = refusal;

    /// <summary>The text for the caller, or null where the real service sends none.</summary>
    public string? Text { get; } = message;
}

/// <summary>The reasons of Core. The closed set: names follow the AWS error catalogue (spec/ssm-control-plane.md §3.2).</summary>
public enum Refusal
{
    /// <summary>The caller may not do this.</summary>
    AccessDenied,

    /// <summary>The activation's expiry date has passed.</summary>
    ActivationExpired,

    /// <summary>The request cannot be served as the account stands (tier, agent version).</summary>
    BadRequest,

    /// <summary>The document's name is taken.</summary>
    DocumentAlreadyExists,

    /// <summary>The account has as many documents as it may.</summary>
    DocumentLimitExceeded,

    /// <summary>The document is shared with as many accounts as it may.</summary>
    DocumentPermissionLimit,

    /// <summary>The document has as many versions as it may.</summary>
    DocumentVersionLimitExceeded,

    /// <summary>The session does not exist.</summary>
    DoesNotExist,

    /// <summary>A version of the document has this content.</summary>
    DuplicateDocumentContent,

    /// <summary>A version of the document has this name.</summary>
    DuplicateDocumentVersionName,

    /// <summary>The EC2 node is registered.</summary>
    InstanceAlreadyRegistered,

    /// <summary>The activation does not exist, or its code is another.</summary>
    InvalidActivation,

    /// <summary>The activation id is not valid.</summary>
    InvalidActivationId,

    /// <summary>The document does not exist, or is of the wrong type.</summary>
    InvalidDocument,

    /// <summary>The document's content is not valid.</summary>
    InvalidDocumentContent,

    /// <summary>The document does not allow this.</summary>
    InvalidDocumentOperation,

    /// <summary>The document's schema version is not valid for its type.</summary>
    InvalidDocumentSchemaVersion,

    /// <summary>The document has no such version.</summary>
    InvalidDocumentVersion,

    /// <summary>The filter's name is not valid.</summary>
    InvalidFilter,

    /// <summary>The filter's key is not valid.</summary>
    InvalidFilterKey,

    /// <summary>The node does not exist, or its id is malformed.</summary>
    InvalidInstanceId,

    /// <summary>A filter of DescribeInstanceInformation has a wrong value.</summary>
    InvalidInstanceInformationFilterValue,

    /// <summary>A value that an agent reported is wrong.</summary>
    InvalidInstanceInformationValue,

    /// <summary>A filter of DescribeInstanceProperties has a wrong value.</summary>
    InvalidInstancePropertyFilterValue,

    /// <summary>The page token cannot be read, or belongs to another request.</summary>
    InvalidNextToken,

    /// <summary>The parameters do not fit.</summary>
    InvalidParameters,

    /// <summary>The permission type is not known.</summary>
    InvalidPermissionType,

    /// <summary>The public key cannot be read or is of the wrong kind.</summary>
    InvalidPublicKey,

    /// <summary>The tagged resource does not exist.</summary>
    InvalidResourceId,

    /// <summary>The type of resource cannot be tagged.</summary>
    InvalidResourceType,

    /// <summary>The node's fingerprint is another than at its registration.</summary>
    MachineFingerprintDoesNotMatch,

    /// <summary>The document is too large.</summary>
    MaxDocumentSizeExceeded,

    /// <summary>The document uses what is no longer supported.</summary>
    NoLongerSupported,

    /// <summary>The public key is the one already registered.</summary>
    PublicKeyAlreadyRegistered,

    /// <summary>The activation, or the account, has registered as many nodes as it may.</summary>
    RegistrationLimitExceeded,

    /// <summary>The access request does not exist.</summary>
    ResourceNotFound,

    /// <summary>The caller has as many of these as he may.</summary>
    ServiceQuotaExceeded,

    /// <summary>The service setting does not exist.</summary>
    ServiceSettingNotFound,

    /// <summary>The target has no connection to the service.</summary>
    TargetNotConnected,

    /// <summary>The caller is too fast.</summary>
    Throttled,

    /// <summary>The resource has as many tags as it may.</summary>
    TooManyTags,

    /// <summary>The resource is changed by others at the same time.</summary>
    TooManyUpdates,

    /// <summary>A rule of the action is broken that no constraint of its model expresses.</summary>
    Validation,
}
