using Microsoft.AspNetCore.Http;

namespace SsmSessions.Server.Consul.Keys;

/// <summary><c>/v1/kv/:key</c>. Options of reads are looked at whatever the method.</summary>
internal sealed class KeyEndpoint(KeyGet get, KeyNames names, KeyPut put, KeyDelete delete)
{
    public Task<ConsulAnswer> ServeAsync(ConsulRequest request)
    {
        var options = ReadOptions.Of(request);
        // That a key is missing is told first where one is read.
        if (HttpMethods.IsGet(request.Method) && !request.Query.Has("recurse") && !request.Query.Has("keys"))
            request.RequireName("key name");
        request.RefuseNamespace();
        if (HttpMethods.IsPut(request.Method))
            return put.ServeAsync(request);
        if (HttpMethods.IsDelete(request.Method))
            return delete.ServeAsync(request);
        return request.Query.Has("keys") ? names.ServeAsync(request, options) : get.ServeAsync(request, options);
    }
}
