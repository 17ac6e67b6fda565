using System.Formats.Asn1;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace SsmSessions.Server.Hosting.Tls;

/// <summary>
/// The extension that binds an authority to certain names (RFC 5280 §4.2.1.10): whoever gets hold of its key can pretend to be these
/// and nobody else.
/// </summary>
/// <remarks>
/// <code>
/// NameConstraints ::= SEQUENCE { permittedSubtrees [0] SEQUENCE OF SEQUENCE { base GeneralName } }
/// GeneralName     ::= dNSName [2] IA5String: the name and all below it
///                   | iPAddress [7] OCTET STRING: address and mask
/// </code>
/// </remarks>
internal static class NameConstraints
{
    public const string Oid = "2.5.29.30";

    /// <summary>Permits what is served, and of AWS's names the domains that they lie in (constraints know no <c>*</c>).</summary>
    public static X509Extension Of(ServedNames served)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true)))
        {
            foreach (var name in served.ServesAws ? served.Names.Concat(AwsNames.Domains) : served.Names)
            {
                using (writer.PushSequence())
                    writer.WriteCharacterString(UniversalTagNumber.IA5String, name, new Asn1Tag(TagClass.ContextSpecific, 2));
            }

            foreach (var address in served.Addresses)
            {
                using (writer.PushSequence())
                    writer.WriteOctetString([.. address.GetAddressBytes(), .. WholeMask(address)], new Asn1Tag(TagClass.ContextSpecific, 7));
            }
        }

        return new X509Extension(Oid, writer.Encode(), critical: true);
    }

    private static IEnumerable<byte> WholeMask(IPAddress address) =>
        Enumerable.Repeat(byte.MaxValue, address.AddressFamily == AddressFamily.InterNetworkV6 ? 16 : 4);
}
