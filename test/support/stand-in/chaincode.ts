// Our contract behind fabric-shim's own dispatcher, the same code that runs in a chaincode service.
import type * as ContractApi from 'fabric-contract-api';
import type { Simulation } from './world';

interface Answer {
  readonly status: number;
  readonly message: string;
  readonly payload: Uint8Array;
}
interface Dispatcher {
  Invoke(stub: Simulation): Promise<Answer>;
}
type Build = new (
  contracts: unknown[],
  serializers: object,
  metadata: object,
  title: string,
  version: string,
) => Dispatcher;

/** Loads the contract. Refusals are logged by the dispatcher as errors; here they are what is tested, so it is told to be quiet. */
export function loadChaincode(): Dispatcher {
  process.env['CORE_CHAINCODE_LOGGING_LEVEL'] = 'CRITICAL';
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- its logger reads the level when it is loaded
  const { JSONSerializer } = require('fabric-contract-api') as typeof ContractApi;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an inner module of fabric-shim without types
  const FromContract = require('fabric-shim/lib/contract-spi/chaincodefromcontract') as Build;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- after the level is set, which is read at loading
  const { contracts } = require('../../../chaincode/src') as { contracts: unknown[] };
  const serializers = { transaction: 'jsonSerializer', serializers: { jsonSerializer: JSONSerializer } };
  return new FromContract(contracts, serializers, {}, 'stand-in', '1');
}

export type { Answer, Dispatcher };
