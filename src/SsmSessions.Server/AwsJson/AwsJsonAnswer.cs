using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.ObjectPool;

namespace SsmSessions.Server.AwsJson;

/// <summary>The body of an answer, written whole before it is sent, since its length comes first.</summary>
internal sealed class AwsJsonAnswer : IDisposable
{
    /// <summary>What a method other than POST gets.</summary>
    public const string NoOperation =
        "<AccessDeniedException>\n  <Message>Unable to determine service/operation name to be authorized</Message>\n</AccessDeniedException>\n";

    private const int LargestKeptBuffer = 256 * 1024;
    private const int MostKeptBuffers = 256;

    private static readonly DefaultObjectPool<AwsJsonAnswer> Kept = new(new Keeping(), MostKeptBuffers);
    private static readonly JsonWriterOptions Options = new()
    {
        // The real service escapes only what JSON must have escaped.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    private readonly ArrayBufferWriter<byte> _buffer = new(4 * 1024);

    private AwsJsonAnswer() => Writer = new Utf8JsonWriter(_buffer, Options);

    public Utf8JsonWriter Writer { get; }

    public static AwsJsonAnswer Begin() => Kept.Get();

    /// <summary>Forgets what was written.</summary>
    public void Restart()
    {
        _buffer.ResetWrittenCount();
        Writer.Reset();
    }

    /// <summary>What was written, as bytes of their own.</summary>
    public byte[] ToArray()
    {
        Writer.Flush();
        return _buffer.WrittenSpan.ToArray();
    }

    public async Task SendAsync(HttpResponse response, int status)
    {
        Writer.Flush();
        response.StatusCode = status;
        response.ContentType = AwsJsonEndpoint.ContentType;
        AddCommonHeaders(response);
        response.ContentLength = _buffer.WrittenCount;
        await response.BodyWriter.WriteAsync(_buffer.WrittenMemory, response.HttpContext.RequestAborted);
    }

    public static async Task WriteXmlAsync(HttpResponse response, int status, string xml)
    {
        var body = Encoding.UTF8.GetBytes(xml);
        response.StatusCode = status;
        response.ContentType = "application/xml";
        AddCommonHeaders(response);
        response.ContentLength = body.Length;
        if (response.HttpContext.Request.Method != HttpMethods.Head)
            await response.BodyWriter.WriteAsync(body, response.HttpContext.RequestAborted);
    }

    public void Dispose() => Kept.Return(this);

    private static void AddCommonHeaders(HttpResponse response)
    {
        response.Headers.Server = "Server";
        if (HttpProtocol.IsHttp11(response.HttpContext.Request.Protocol))
            response.Headers.Connection = "keep-alive";
    }

    private sealed class Keeping : PooledObjectPolicy<AwsJsonAnswer>
    {
        public override AwsJsonAnswer Create() => new();

        public override bool Return(AwsJsonAnswer obj)
        {
            if (obj._buffer.Capacity > LargestKeptBuffer)
                return false;
            obj.Restart();
            return true;
        }
    }
}
