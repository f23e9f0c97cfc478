// What a peer's chaincode service loads.
import 'reflect-metadata';
import { LedgerContract } from './ledger-contract';

export { LedgerContract };
export const contracts = [LedgerContract];
