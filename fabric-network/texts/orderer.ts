// An orderer's settings, cut to what this network needs.
import { Folder } from '../folder';
import { type Network, type Seat, ledgerFolder, portOf } from '../plan';
import { ordererMspId } from '../shape';

/** orderer.yaml (JSON is YAML) of one orderer. */
export function ordererText(folder: Folder, network: Network, seat: Seat): string {
  const tls = (file: string) => folder.orderer(seat.number, 'tls', file);
  const port = (purpose: string) => portOf(network, seat.name, purpose);
  const ledger = ledgerFolder(folder, seat);
  return JSON.stringify(
    {
      General: {
        ListenAddress: '127.0.0.1',
        ListenPort: port('listen'),
        // Raft refuses to start without TLS.
        TLS: { Enabled: true, PrivateKey: tls('server.key'), Certificate: tls('server.crt'), RootCAs: [tls('ca.crt')] },
        Keepalive: { ServerMinInterval: '60s', ServerInterval: '7200s', ServerTimeout: '20s' },
        Cluster: { SendBufferSize: 100, ClientCertificate: tls('server.crt'), ClientPrivateKey: tls('server.key') },
        BootstrapMethod: 'none',
        LocalMSPDir: folder.orderer(seat.number, 'msp'),
        LocalMSPID: ordererMspId,
        BCCSP: { Default: 'SW', SW: { Hash: 'SHA2', Security: 256 } },
        Authentication: { TimeWindow: '15m' },
      },
      FileLedger: { Location: ledger },
      Consensus: { WALDir: `${ledger}/wal`, SnapDir: `${ledger}/snapshot` },
      Admin: {
        ListenAddress: `127.0.0.1:${String(port('admin'))}`,
        TLS: {
          Enabled: true,
          PrivateKey: tls('server.key'),
          Certificate: tls('server.crt'),
          ClientAuthRequired: true,
          ClientRootCAs: [tls('ca.crt')],
        },
      },
      ChannelParticipation: { Enabled: true, MaxRequestBodySize: '1 MB' },
      Operations: { ListenAddress: `127.0.0.1:${String(port('operations'))}`, TLS: { Enabled: false } },
      Metrics: { Provider: 'prometheus' },
    },
    undefined,
    2,
  );
}
