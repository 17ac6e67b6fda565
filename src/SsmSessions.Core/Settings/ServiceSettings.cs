using System.Text.Json;
using System.Text.Json.Serialization;
using SsmSessions.Core.Identity;
using SsmSessions.Core.Nodes;
using SsmSessions.Core.Sessions;
using SsmSessions.Core.Store;

namespace SsmSessions.Core.Settings;

/// <summary>The service settings of each tenant (spec/ssm-control-plane.md §13).</summary>
/// <remarks>
/// <code>
/// {tenant}/settings   {path}   {"value","user","date"}; only for a setting that was changed
/// </code>
/// </remarks>
public sealed class ServiceSettings(ITable table, NodeRepository nodes, TimeProvider time)
{
    private const string Nobody = "System";

    /// <summary>The most hybrid nodes with which a tenant may go back to the standard tier.</summary>
    private const int StandardTierNodes = 1_000;

    /// <summary>When the settings were introduced: the date of one that was never changed, as the documentation shows it.</summary>
    private static readonly DateTimeOffset Introduced = DateTimeOffset.FromUnixTimeMilliseconds(1_555_532_818_578);

    /// <summary>A setting as it stands.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="settingId">Its path, or its ARN in this tenant.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RefusedException">ServiceSettingNotFound.</exception>
    public async Task<ServiceSetting> GetAsync(Tenant tenant, string settingId, CancellationToken cancellationToken) =>
        await GetAsync(tenant, Require(tenant, settingId), cancellationToken);

    /// <summary>Changes a setting.</summary>
    /// <exception cref="RefusedException">ServiceSettingNotFound; Validation: not a value of this setting, or too many nodes for the
    /// standard tier.</exception>
    public async Task UpdateAsync(Caller caller, string settingId, string value, CancellationToken cancellationToken)
    {
        var definition = Require(caller.Tenant, settingId);
        if (definition.Values.Count > 0 && !definition.Values.Contains(value, StringComparer.Ordinal))
        {
            throw new RefusedException(
                Refusal.Validation, $"The value of {definition.Id} must be one of: {string.Join(", ", definition.Values)}.");
        }

        await RequireFitAsync(caller.Tenant, definition, value, cancellationToken);
        var body = new SettingBody(value, caller.Arn, time.GetUtcNow().ToMilliseconds());
        var item = new Item(Key(caller.Tenant, definition), JsonSerializer.SerializeToUtf8Bytes(body, SettingsJson.Default.SettingBody));
        await table.WriteAsync(TableWrite.Put(item), cancellationToken);
    }

    /// <summary>Makes a setting its default again.</summary>
    /// <returns>The setting as it stands then.</returns>
    /// <exception cref="RefusedException">ServiceSettingNotFound; Validation: too many nodes for the standard tier.</exception>
    public async Task<ServiceSetting> ResetAsync(Tenant tenant, string settingId, CancellationToken cancellationToken)
    {
        var definition = Require(tenant, settingId);
        await RequireFitAsync(tenant, definition, definition.Default, cancellationToken);
        await table.WriteAsync(TableWrite.Delete(Key(tenant, definition)), cancellationToken);
        return await GetAsync(tenant, definition, cancellationToken);
    }

    /// <summary>Whether the tenant is on the advanced-instances tier.</summary>
    public async ValueTask<bool> IsAdvancedTierAsync(Tenant tenant, CancellationToken cancellationToken) =>
        await GetAsync(tenant, SettingDefinitions.ActivationTier, cancellationToken) is { Value: SettingDefinitions.AdvancedTier };

    /// <summary>Whether documents may be shared with everybody.</summary>
    public async ValueTask<bool> AllowsPublicSharingAsync(Tenant tenant, CancellationToken cancellationToken) =>
        await GetAsync(tenant, SettingDefinitions.PublicSharing, cancellationToken) is { Value: "Enable" };

    /// <summary>The role of EC2 nodes that have none of their own, with its path; null while there is none.</summary>
    public async ValueTask<string?> FindDefaultNodeRoleAsync(Tenant tenant, CancellationToken cancellationToken) =>
        (await GetAsync(tenant, SettingDefinitions.DefaultNodeRole, cancellationToken)).Value is { } role and not SettingDefinitions.NoRole ? role : null;

    private async Task<ServiceSetting> GetAsync(Tenant tenant, SettingDefinition definition, CancellationToken cancellationToken)
    {
        var item = await table.GetAsync(Key(tenant, definition), consistent: true, cancellationToken);
        var body = item is null ? null : JsonSerializer.Deserialize(item.Body.Span, SettingsJson.Default.SettingBody);
        return new ServiceSetting(definition.Id, tenant.Arn("ssm", "servicesetting" + definition.Id))
        {
            Value = body is null ? definition.Default : body.Value,
            IsCustomized = body is not null,
            LastModifiedUser = body?.User ?? Nobody,
            LastModifiedDate = body?.Date ?? Introduced,
        };
    }

    private async Task RequireFitAsync(Tenant tenant, SettingDefinition definition, string? value, CancellationToken cancellationToken)
    {
        if (definition.Id != SettingDefinitions.ActivationTier || value != SettingDefinitions.StandardTier)
            return;
        if (await nodes.CountHybridAsync(tenant, cancellationToken) > StandardTierNodes)
            throw new RefusedException(Refusal.Validation, $"The standard-instances tier allows at most {StandardTierNodes} managed instances.");
    }

    private static SettingDefinition Require(Tenant tenant, string settingId)
    {
        var path = settingId;
        if (settingId.StartsWith("arn:", StringComparison.Ordinal))
        {
            var own = tenant.Arn("ssm", "servicesetting");
            path = settingId.StartsWith(own, StringComparison.Ordinal) ? settingId[own.Length..] : "";
        }

        return SettingDefinitions.Find(path)
            ?? throw new RefusedException(Refusal.ServiceSettingNotFound, $"Service setting {settingId} does not exist.");
    }

    private static ItemKey Key(Tenant tenant, SettingDefinition definition) => new($"{tenant}/settings", definition.Id);
}

/// <summary>A setting of a tenant as it stands.</summary>
/// <param name="Id">Its path.</param>
/// <param name="Arn">Its ARN.</param>
public sealed record ServiceSetting(string Id, string Arn)
{
    /// <summary>Its value; null where it was not changed and its default is not known.</summary>
    public string? Value { get; init; }

    /// <summary>Whether it was changed.</summary>
    public required bool IsCustomized { get; init; }

    /// <summary>The ARN of who changed it, or <c>System</c>.</summary>
    public required string LastModifiedUser { get; init; }

    /// <summary>When it was changed.</summary>
    public required DateTimeOffset LastModifiedDate { get; init; }
}

/// <summary>The stored record, version 1.</summary>
internal sealed record SettingBody(string Value, string User, DateTimeOffset Date);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SettingBody))]
internal sealed partial class SettingsJson : JsonSerializerContext;
