// The ledger over HTTP: routes for the side that has it, a client for the side that does not.
export { RemoteLedger, type RemoteOptions } from './ledger';
export { ledgerInputs, ledgerRoutes, type LedgerRoutes, type ServedLedger } from './routes';
