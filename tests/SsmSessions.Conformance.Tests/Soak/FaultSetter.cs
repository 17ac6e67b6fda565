using System.Text;

namespace SsmSessions.Conformance.Tests.Soak;

/// <summary>Sets one fault after the other and removes all now and then.</summary>
internal sealed class FaultSetter(Uri url) : SoakWork(url)
{
    private const int KeptAtOnce = 20;

    private static readonly string[] Faults =
    [
        """{"effect":"throttle","probability":0.2,"seed":1,"count":5}""",
        """{"effect":"error","error":"TargetNotConnected","action":"StartSession","count":1}""",
        """{"effect":"internalError","frontEnd":"awsJson","count":2}""",
        """{"effect":"internalError","frontEnd":"consul","count":2}""",
        """{"effect":"internalError","frontEnd":"doris","count":1}""",
        """{"effect":"internalError","frontEnd":"trueNas","count":1}""",
        """{"effect":"latency","milliseconds":50,"count":5}""",
        """{"effect":"dropConnection","count":2}""",
        """{"effect":"halfAnswer","count":2}""",
        """{"effect":"dropConnection","frontEnd":"messageGateway","action":"OpenDataChannel","count":1}""",
        """{"effect":"close","closeCode":1011,"count":1}""",
        """{"effect":"drop","count":2}""",
        """{"effect":"drop","skip":7,"count":1}""",
        """{"effect":"freeze","seconds":0.3}""",
        """{"effect":"freeze","direction":"toNode","seconds":0.2}""",
        """{"effect":"delay","milliseconds":30,"probability":0.5,"count":20}""",
        """{"effect":"lose","probability":0.3,"seed":2,"count":10}""",
        """{"effect":"double","probability":0.3,"seed":3,"count":10}""",
        """{"effect":"reorder","probability":0.3,"seed":4,"count":5}""",
        """{"effect":"loseAcknowledgements","probability":0.3,"seed":5,"count":10}""",
        """{"effect":"expireToken","count":1}""",
        """{"effect":"resumeWithoutToken","count":1}""",
        """{"effect":"refuseResume","count":1}""",
        """{"effect":"disconnectNode","seconds":0.2}""",
    ];

    private static int _next;

    public override async Task DoAsync()
    {
        var number = Interlocked.Increment(ref _next);
        if (number % KeptAtOnce == 0)
            (await Api.Http.DeleteAsync(new Uri("_ssm-sessions/faults", UriKind.Relative))).Dispose();
        using var body = new StringContent(Faults[number % Faults.Length], Encoding.UTF8, "application/json");
        using var answer = await Api.Http.PostAsync(new Uri("_ssm-sessions/faults", UriKind.Relative), body);
        answer.EnsureSuccessStatusCode();
    }

    public override async ValueTask DisposeAsync()
    {
        (await Api.Http.DeleteAsync(new Uri("_ssm-sessions/faults", UriKind.Relative))).Dispose();
        await base.DisposeAsync();
    }
}
