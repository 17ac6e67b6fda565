#if FULL_FEED
using Testcontainers.LocalStack;

namespace SsmSessions.Testing.DynamoDb;

/// <summary>LocalStack in a container, which Testcontainers removes after the process has ended. Needs Docker.</summary>
internal static class LocalStackEmulator
{
    // The last one that needs no account.
    private const string Image = "localstack/localstack:4.14.0";

    public static async Task<Uri> StartAsync()
    {
        try
        {
            var container = new LocalStackBuilder(Image).WithEnvironment("SERVICES", "dynamodb").Build();
            await container.StartAsync();
            return new Uri(container.GetConnectionString());
        }
        catch (Exception unavailable)
        {
            // No Docker, no image, no answer: whatever it is, another emulator may do.
            throw new EmulatorUnavailableException(unavailable.Message, unavailable);
        }
    }
}
#endif
