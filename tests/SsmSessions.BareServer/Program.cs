var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.ClearProviders();
var app = builder.Build();
app.MapPost("/", (HttpContext http) => http.Response.WriteAsync("""{"Sessions":[]}"""));
await app.RunAsync();
