using System.Collections.Frozen;
using SsmSessions.Core.Identity;

namespace SsmSessions.Core.Documents;

/// <summary>
/// The documents that come with the service (spec/ssm-control-plane.md §11.3): version 1, owned by Amazon, the same in every
/// account and region. Those whose content is not known are as small as they can be and work.
/// </summary>
internal static class AmazonDocuments
{
    private const string Port = "^([1-9]|[1-9][0-9]{1,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])$";
    private const string LocalPort = "^([0-9]|[1-9][0-9]{1,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])$";

    /// <summary>As it stands in JSON.</summary>
    private const string Host = """^[^,$^&\\(\\)!;'\"<>\\`{}\\[\\]\\|#=]{3,}$""";

    private const string PortParameters =
        $$$"""
            "portNumber": {
              "type": "String",
              "description": "(Optional) Port number of the server on the instance",
              "allowedPattern": "{{{Port}}}",
              "default": "80"
            },
            "localPortNumber": {
              "type": "String",
              "description": "(Optional) Port number on local machine to forward traffic to. An open port is chosen at run-time if not provided",
              "allowedPattern": "{{{LocalPort}}}",
              "default": "0"
            }
        """;

    private const string PortProperties =
        """
            "portNumber": "{{ portNumber }}",
            "type": "LocalPortForwarding",
            "localPortNumber": "{{ localPortNumber }}"
        """;

    /// <summary>The only date that is known, of AWS-StartSSHSession.</summary>
    private static readonly DateTimeOffset CreatedDate = new(2019, 6, 12, 21, 33, 3, 766, TimeSpan.Zero);

    private static readonly FrozenDictionary<string, (Document Document, DocumentContent Content)> All = Index(
        ("AWS-StartSSHSession",
            $$$"""
            {
              "schemaVersion": "1.0",
              "sessionType": "Port",
              "parameters": {
                "portNumber": {
                  "type": "String",
                  "description": "(Optional) Port number of SSH server on the instance",
                  "allowedPattern": "{{{Port}}}",
                  "default": "22"
                }
              },
              "properties": {
                "portNumber": "{{ portNumber }}"
              }
            }
            """),
        ("AWS-StartPortForwardingSession",
            $$$"""
            {
              "schemaVersion": "1.0",
              "description": "Document to start port forwarding session over Session Manager",
              "sessionType": "Port",
              "parameters": {
            {{{PortParameters}}}
              },
              "properties": {
            {{{PortProperties}}}
              }
            }
            """),
        ("AWS-StartPortForwardingSessionToRemoteHost",
            $$$"""
            {
              "schemaVersion": "1.0",
              "description": "Document to start port forwarding session over Session Manager",
              "sessionType": "Port",
              "parameters": {
            {{{PortParameters}}},
                "host": {
                  "type": "String",
                  "description": "(Optional) Hostname or IP address of the destination server",
                  "allowedPattern": "{{{Host}}}",
                  "default": "localhost"
                }
              },
              "properties": {
            {{{PortProperties}}},
                "host": "{{ host }}"
              }
            }
            """),
        ("AWS-StartPortForwardingSessionToSocket",
            $$$"""
            {
              "schemaVersion": "1.0",
              "description": "Document to start port forwarding session over Session Manager",
              "sessionType": "Port",
              "parameters": {
                "portNumber": {
                  "type": "String",
                  "description": "(Optional) Port number of the server on the instance",
                  "allowedPattern": "{{{Port}}}",
                  "default": "80"
                },
                "localUnixSocket": {
                  "type": "String"
                }
              },
              "properties": {
                "portNumber": "{{ portNumber }}",
                "type": "LocalPortForwarding",
                "localConnectionType": "unix",
                "localUnixSocket": "{{ localUnixSocket }}"
              }
            }
            """),
        ("AWS-StartInteractiveCommand", CommandDocument("InteractiveCommands")),
        ("AWS-StartNonInteractiveCommand", CommandDocument("NonInteractiveCommands")),
        ("AWS-PasswordReset",
            """
            {
              "schemaVersion": "1.0",
              "sessionType": "InteractiveCommands",
              "parameters": {
                "username": {
                  "type": "String",
                  "allowedPattern": "^[a-zA-Z0-9_.][a-zA-Z0-9_.\\-]{0,31}$"
                }
              },
              "properties": {
                "linux": {
                  "commands": "passwd {{username}}",
                  "runAsElevated": true
                },
                "windows": {
                  "commands": "net user {{username}} *",
                  "runAsElevated": true
                }
              }
            }
            """));

    /// <summary>The document of a name as the region has it, or null.</summary>
    public static Document? Find(Tenant viewer, string name) =>
        All.TryGetValue(name, out var found) ? InRegion(found.Document, viewer) : null;

    /// <summary>All of them, as the region has them.</summary>
    public static IEnumerable<Document> In(Tenant viewer) => All.Values.Select(found => InRegion(found.Document, viewer));

    /// <summary>The content of one of them.</summary>
    public static DocumentContent ContentOf(Document document) => All[document.Name].Content;

    private static Document InRegion(Document document, Tenant viewer) => document with { Tenant = viewer with { Account = "" } };

    private static string CommandDocument(string sessionType) =>
        $$$"""
        {
          "schemaVersion": "1.0",
          "sessionType": "{{{sessionType}}}",
          "parameters": {
            "command": {
              "type": "String"
            }
          },
          "properties": {
            "linux": {
              "commands": "{{command}}"
            },
            "windows": {
              "commands": "{{command}}"
            }
          }
        }
        """;

    private static FrozenDictionary<string, (Document Document, DocumentContent Content)> Index(
        params ReadOnlySpan<(string Name, string Content)> documents)
    {
        var index = new Dictionary<string, (Document, DocumentContent)>(StringComparer.Ordinal);
        foreach (var (name, text) in documents)
        {
            var content = DocumentContent.Parse(Document.SessionType, DocumentFormat.Json, text);
            var version = new DocumentVersion
            {
                Number = 1,
                Format = DocumentFormat.Json,
                CreatedDate = CreatedDate,
                Hash = content.Hash,
                SchemaVersion = content.Summarize().SchemaVersion,
            };
            var document = new Document
            {
                Tenant = new Tenant(Account: "", Region: ""),
                Name = name,
                Type = Document.SessionType,
                Incarnation = name,
                Default = version,
                LatestVersion = 1,
                LastNumber = 1,
                VersionCount = 1,
            };
            index.Add(name, (document, content));
        }

        return index.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
