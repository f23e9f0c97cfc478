// What a peer's chaincode service loads.
import 'reflect-metadata';
import { LedgerContract } from './ledger-contract';
import { OpeningsContract } from './openings-contract';

export { LedgerContract, OpeningsContract };
export const contracts = [LedgerContract, OpeningsContract];
