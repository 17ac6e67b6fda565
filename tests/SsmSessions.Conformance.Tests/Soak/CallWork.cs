namespace SsmSessions.Conformance.Tests.Soak;

/// <summary>Calls of the AWS API: a session starts, is found in pages, ends, and is found as history; documents and activations come and go.</summary>
internal sealed class CallWork(Uri url) : SoakWork(url)
{
    public override async Task DoAsync()
    {
        var id = (await CallAsync("StartSession", $$"""{"Target":"{{ChannelWork.Echo}}","Reason":"soak"}""")).GetProperty("SessionId").GetString()!;
        try
        {
            await CallAsync("DescribeSessions", """{"State":"Active","MaxResults":5}""");
            await CallAsync("GetConnectionStatus", $$"""{"Target":"{{ChannelWork.Echo}}"}""");
        }
        finally
        {
            await EndAsync(id);
        }

        var ended = await CallAsync("DescribeSessions", $$"""{"State":"History","Filters":[{"key":"SessionId","value":"{{id}}"}]}""");
        if (ended.GetProperty("Sessions").GetArrayLength() != 1)
            throw new InvalidOperationException($"{id} was terminated and is not in the history");

        var document = "Soak-" + Guid.NewGuid().ToString("N");
        await CallAsync("CreateDocument", $$$"""
            {"Name":"{{{document}}}","DocumentType":"Session","Content":"{\"schemaVersion\":\"1.0\",\"sessionType\":\"Standard_Stream\"}"}
            """);
        await CallAsync("DeleteDocument", $$"""{"Name":"{{document}}"}""");
        var activation = (await CallAsync("CreateActivation", """{"IamRole":"soak"}""")).GetProperty("ActivationId").GetString();
        await CallAsync("DeleteActivation", $$"""{"ActivationId":"{{activation}}"}""");
    }
}
