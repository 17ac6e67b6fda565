using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace SsmSessions.Server.AwsJson;

/// <summary>The bytes of a request, in a pooled buffer until disposed.</summary>
internal sealed class AwsJsonBody : IDisposable
{
    /// <summary>The largest body that is looked at (spec/ssm-control-plane.md §1.9).</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>How much of a larger one is read and thrown away, so that its sender gets to read the answer.</summary>
    private const int MaxDiscardedBytes = 16 * 1024 * 1024;

    private const int FirstBuffer = 4 * 1024;

    private byte[] _buffer;
    private int _length;

    private AwsJsonBody(int capacity) => _buffer = ArrayPool<byte>.Shared.Rent(capacity);

    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, _length);

    /// <summary>Reads the whole body, or null when it is too large; the connection is then closed if much more would come.</summary>
    public static async Task<AwsJsonBody?> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = null;
        if (request.ContentLength > MaxBytes)
        {
            await DiscardAsync(request, alreadyRead: 0, cancellationToken);
            return null;
        }

        var body = new AwsJsonBody((int)(request.ContentLength ?? FirstBuffer) + 1);
        try
        {
            return await body.FillAsync(request, cancellationToken) ? body : null;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _length = 0;
    }

    private async Task<bool> FillAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_length == _buffer.Length)
                Grow();
            var read = await request.Body.ReadAsync(_buffer.AsMemory(_length), cancellationToken);
            if (read == 0)
                return true;
            _length += read;
            if (_length > MaxBytes)
            {
                var alreadyRead = _length;
                Dispose();
                await DiscardAsync(request, alreadyRead, cancellationToken);
                return false;
            }
        }
    }

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
        Bytes.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    private static async Task DiscardAsync(HttpRequest request, long alreadyRead, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            var discarded = alreadyRead;
            while (discarded <= MaxDiscardedBytes)
            {
                var read = await request.Body.ReadAsync(buffer, cancellationToken);
                if (read == 0)
                    return;
                discarded += read;
            }

            request.HttpContext.Response.Headers.Connection = "close";
            request.HttpContext.Abort();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
