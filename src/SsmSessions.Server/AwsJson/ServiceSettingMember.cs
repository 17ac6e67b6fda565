using System.Text.Json.Serialization;
using SsmSessions.Core.Settings;

namespace SsmSessions.Server.AwsJson;

/// <summary>ServiceSetting of the model (spec/ssm-control-plane.md §13).</summary>
internal sealed record ServiceSettingMember(
    string ARN, AwsTimestamp LastModifiedDate, string LastModifiedUser, string SettingId, string? SettingValue, string Status)
{
    public static ServiceSettingMember Of(ServiceSetting setting) => new(
        setting.Arn,
        setting.LastModifiedDate,
        setting.LastModifiedUser,
        setting.Id,
        setting.Value,
        setting.IsCustomized ? "Customized" : "Default");
}

/// <summary>The answer of GetServiceSetting and ResetServiceSetting.</summary>
internal sealed record ServiceSettingResponse(ServiceSettingMember ServiceSetting);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ServiceSettingResponse))]
internal sealed partial class ServiceSettingJson : JsonSerializerContext;
