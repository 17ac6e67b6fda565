using SsmSessions.Core.Identity;
using SsmSessions.Core.Store;
using SsmSessions.Server;
using SsmSessions.Storage.DynamoDb;

namespace SsmSessions.Lambda;

/// <summary>The same service as everywhere, without what a function cannot be: a host that carries channels, nodes or Admin.</summary>
internal static class LambdaApp
{
    public static WebApplication Build(string[] args, LambdaSettings settings, CredentialsFile credentials)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
#if FULL_FEED
        builder.Services.AddAWSLambdaHosting(LambdaEventSource.HttpApi);
#endif
        var table = new DynamoDbTableOptions { TableName = settings.Table, ServiceUrl = settings.DynamoDbUrl, CreateTable = false };
        builder.Services.AddSingleton<ITable>(new DynamoDbTable(table, TimeProvider.System));
        builder.Services.AddSsmSessions(options =>
        {
            options.ControlPlaneOnly = true;
            options.PublicUrl = settings.GatewayUrl;
            options.Credentials = credentials;
            // Every call is signed, its Host included: no web page can make one.
            options.AllowedHosts.Add("*");
        });
        var app = builder.Build();
        app.MapSsmSessions();
        return app;
    }
}
