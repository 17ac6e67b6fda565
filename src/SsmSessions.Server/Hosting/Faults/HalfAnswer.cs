using Microsoft.AspNetCore.Http;

namespace SsmSessions.Server.Hosting.Faults;

/// <summary>A response's body of which half goes out before the connection is cut: half of what Content-Length says, or of the first piece
/// where there is none.</summary>
internal sealed class HalfAnswer(HttpContext http) : Stream
{
    private readonly Stream _body = http.Response.Body;
    private long? _left;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
            return;
        _left ??= (http.Response.ContentLength ?? buffer.Length) / 2;
        var part = (int)Math.Min(_left.Value, buffer.Length);
        _left -= part;
        await _body.WriteAsync(buffer[..part], cancellationToken);
        if (_left > 0)
            return;
        await _body.FlushAsync(cancellationToken);
        await Task.Delay(CallFaults.HalfGoesOutWithin, cancellationToken);
        http.Abort();
        await Task.Delay(Timeout.Infinite, http.RequestAborted);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => _body.FlushAsync(cancellationToken);

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
