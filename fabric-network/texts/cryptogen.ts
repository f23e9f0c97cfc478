// The request to cryptogen: one organisation per member with a peer each, one that orders; TLS names for loopback.
import type { NetworkShape } from '../shape';

// Every certificate names loopback, so that TLS is checked without any DNS.
const SANS = ['localhost', '127.0.0.1'];

/** cryptogen.yaml (JSON is YAML). */
export function cryptogenText(shape: NetworkShape): string {
  const orderers = Array.from({ length: shape.orderers }, (_, at) => ({ Hostname: `orderer${String(at + 1)}`, SANS }));
  return JSON.stringify(
    {
      OrdererOrgs: [{ Name: 'Orderer', Domain: 'orderer.example', EnableNodeOUs: true, Specs: orderers }],
      PeerOrgs: shape.organisations.map((name) => ({
        Name: name,
        Domain: `${name}.example`,
        EnableNodeOUs: true,
        Specs: [{ Hostname: 'peer', SANS }],
        Users: { Count: 0 },
      })),
    },
    undefined,
    2,
  );
}
