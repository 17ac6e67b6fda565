using SsmSessions.Core.Hosts;
using SsmSessions.Core.Store;
using SsmSessions.Server;
using SsmSessions.Storage.Sqlite;

var builder = WebApplication.CreateSlimBuilder(args);
builder.WebHost.UseUrls("http://127.0.0.1:4580");
builder.Services.AddSingleton<ITable>(_ => new SqliteTable(new SqliteTableOptions(), TimeProvider.System));
builder.Services.AddSsmSessions();
var app = builder.Build();
await app.Services.GetRequiredService<ITable>().OpenAsync(default);
await app.Services.GetRequiredService<HostDirectory>().PublishAsync(
    new HostRecord("local", "1", [new HostedNode("i-0123456789abcdef0", NodeKind.Local)], null, 0), default);
app.MapSsmSessions();
await app.RunAsync();
