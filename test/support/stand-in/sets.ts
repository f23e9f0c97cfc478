// Read and write sets, by their short names.
import { ledger } from '@hyperledger/fabric-protos';
import rwset = ledger.rwset;
import kvrwset = ledger.rwset.kvrwset;

export { kvrwset, rwset };
