namespace SsmSessions.Server.Consul;

/// <summary>
/// Endpoints by path, as Go's <c>ServeMux</c> finds them: a path that ends in a slash stands for all below it, and the longest one decides.
/// </summary>
internal sealed class ConsulRoutes
{
    private readonly Dictionary<string, ConsulRoute> _routes = new(StringComparer.Ordinal);

    public void Add(ConsulRoute route) => _routes.Add(route.Path, route);

    /// <summary>The endpoint of a path, or null.</summary>
    public ConsulRoute? Find(string path)
    {
        if (_routes.TryGetValue(path, out var route))
            return route;
        for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
        {
            if (_routes.TryGetValue(path[..(slash + 1)], out route))
                return route;
        }

        return null;
    }

    /// <summary>True for a path that lacks the slash at its end.</summary>
    public bool LacksSlash(string path) => !_routes.ContainsKey(path) && _routes.ContainsKey(path + "/");
}

/// <summary>An endpoint.</summary>
/// <param name="Path">Its path; with a slash at the end, what follows is the name of something.</param>
/// <param name="Methods">Its methods, in the order in which <c>Allow</c> tells them.</param>
/// <param name="Serve">Answers a call.</param>
internal sealed record ConsulRoute(string Path, IReadOnlyList<string> Methods, Func<ConsulRequest, Task<ConsulAnswer>> Serve)
{
    /// <summary>The value of <c>Allow</c>.</summary>
    public string Allow { get; } = "OPTIONS," + string.Join(',', Methods);
}
