// A peer's settings, cut to what this network needs; everything else is Fabric's own default.
import { Folder } from '../folder';
import { type Network, type Seat, endpoint, ledgerFolder, portOf } from '../plan';
import { mspIdOf } from '../shape';

// Peers that start together refuse each other's first call and wait reconnectInterval (25 s by default) before the next.
const gossipTimes = {
  reconnectInterval: '500ms',
  publishStateInfoInterval: '500ms',
  requestStateInfoInterval: '500ms',
  membershipTrackerInterval: '1s',
  aliveTimeInterval: '1s',
  aliveExpirationTimeout: '5s',
};

function peerSection(folder: Folder, network: Network, seat: Seat) {
  const own = endpoint(network, seat.name);
  const tls = (file: string) => ({ file: folder.peer(seat.organisation, 'tls', file) });
  return {
    id: seat.name,
    networkId: 'aggregora',
    listenAddress: own,
    address: own,
    chaincodeListenAddress: `127.0.0.1:${String(portOf(network, seat.name, 'chaincode'))}`,
    localMspId: mspIdOf(seat.organisation),
    mspConfigPath: folder.peer(seat.organisation, 'msp'),
    fileSystemPath: ledgerFolder(folder, seat),
    // orgLeader: one peer an organisation pulls the blocks itself. Without it approvals wait for ever.
    gossip: { bootstrap: own, externalEndpoint: own, orgLeader: true, useLeaderElection: false, ...gossipTimes },
    tls: {
      enabled: true,
      clientAuthRequired: false,
      cert: tls('server.crt'),
      key: tls('server.key'),
      rootcert: tls('ca.crt'),
    },
    BCCSP: { Default: 'SW', SW: { Hash: 'SHA2', Security: 256 } },
    gateway: { enabled: true, endorsementTimeout: '30s', broadcastTimeout: '30s', dialTimeout: '5s' },
    // Never below 60 s: Fabric's own clients ping once a minute, and a stricter limit answers with GOAWAY.
    keepalive: { minInterval: '60s' },
    authentication: { timewindow: '15m' },
    discovery: { enabled: true, authCacheEnabled: true, authCacheMaxSize: 1000, authCachePurgeRetentionRatio: 0.75 },
    limits: { concurrency: { endorserService: 2500, deliverService: 2500, gatewayService: 1000 } },
    handlers: {
      // TimeWindowCheck came with Fabric 3; 2.5 panics over its name.
      authFilters: [
        'DefaultAuth',
        'ExpirationCheck',
        ...(network.fabric.startsWith('2.') ? [] : ['TimeWindowCheck']),
      ].map((name) => ({ name })),
      decorators: [{ name: 'DefaultDecorator' }],
      endorsers: { escc: { name: 'DefaultEndorsement' } },
      validators: { vscc: { name: 'DefaultValidation' } },
    },
  };
}

/** core.yaml (JSON is YAML) of one peer. */
export function coreText(folder: Folder, network: Network, seat: Seat): string {
  return JSON.stringify(
    {
      peer: peerSection(folder, network, seat),
      // With the Docker default /healthz answers 503 where no Docker runs.
      vm: { endpoint: '' },
      chaincode: {
        externalBuilders: [{ name: 'service', path: folder.at('builder'), propagateEnvironment: [] }],
        installTimeout: '30s',
        startuptimeout: '30s',
        executetimeout: '30s',
        mode: 'net',
        // Above 0 kills Node chaincode of fabric-shim 2.5.8.
        keepalive: 0,
        system: { _lifecycle: 'enable', cscc: 'enable', lscc: 'enable', qscc: 'enable' },
        logging: { level: 'warning', shim: 'warning' },
      },
      ledger: {
        state: { stateDatabase: 'goleveldb', totalQueryLimit: 100_000 },
        history: { enableHistoryDatabase: true },
        snapshots: { rootDir: `${ledgerFolder(folder, seat)}/snapshots` },
        pvtdataStore: { purgeInterval: 100, purgedKeyAuditLogging: true },
      },
      operations: {
        listenAddress: `127.0.0.1:${String(portOf(network, seat.name, 'operations'))}`,
        tls: { enabled: false },
      },
      metrics: { provider: 'prometheus' },
    },
    undefined,
    2,
  );
}
