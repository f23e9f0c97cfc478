// The map of design/README.md as a table: which room may open which, and which package belongs where. The check reads it.
// A room opens itself and what `opens` names; `outside` are folders beside src.

const rooms = {
  domain: { opens: [] },
  wire: { opens: ['domain'] },
  platform: { opens: ['domain'] },
  'adapters/ledger': { opens: ['domain'] },
  'adapters/sources': { opens: ['domain'] },
  exchange: { opens: ['domain', 'wire', 'platform', 'adapters/ledger'], outside: ['migrations/exchange'] },
  'data-end': {
    opens: ['domain', 'wire', 'platform', 'adapters/ledger', 'adapters/sources', 'compute-node/seal'],
    outside: ['migrations/data-end'],
  },
  'compute-node': {
    opens: ['domain', 'wire', 'platform', 'adapters/ledger'],
    outside: ['migrations/compute-node'],
  },
  // The ledger's client of those who have only a key, and what proves an anchor to them.
  sdk: { opens: ['domain', 'wire', 'adapters/ledger', 'compute-node/seal'] },
  cli: { opens: ['domain', 'wire', 'sdk', 'adapters/ledger'] },
  console: { opens: [] },
  launch: { opens: ['domain', 'wire', 'platform', 'sdk', 'cli'], outside: ['fabric-network'] },
};

/** Rules and proofs: these packages and node:crypto, nothing that reaches a clock, a disk or a network. */
const domainOpens = [
  '@noble/curves',
  '@noble/hashes',
  '@hpke/core',
  '@hpke/common',
  'zod',
  'decimal.js',
  '@hyperledger/fabric-protos',
];

const ownDatabase = [
  'platform',
  'adapters/ledger/embedded',
  'adapters/ledger/outbox',
  'exchange',
  'data-end',
  'compute-node',
];

/** A package that only these rooms may open. */
const packages = {
  '@duckdb/node-api': ['adapters/sources'],

  pg: [...ownDatabase, 'adapters/sources', 'launch/samples'],
  typeorm: [...ownDatabase, 'launch/check'],
  bullmq: ['platform', 'exchange'],
  ioredis: ['platform'],
  'oidc-provider': ['exchange/identity'],
  'node-seal': ['compute-node'],
  '@nestjs': ['platform', 'exchange', 'data-end', 'compute-node'],
  '@hyperledger': ['adapters/ledger/fabric', 'domain/ledger/fabric-proof'],
  '@grpc/grpc-js': ['adapters/ledger/fabric'],
  commander: ['cli', 'launch'],
};

module.exports = { rooms, domainOpens, packages };
