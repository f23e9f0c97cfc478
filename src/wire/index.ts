// The room's door: clients and keyrings.
export { Client, PeerRefusal, type Call, type ClientSettings } from './client';
export { KeyFile, ledgerSigner, openKeyring, readKeyring, type Keyring } from './keyring';
export { wireRefusals } from './refusals';
export { issuerOf } from './issuer';
export { patient, withRetries, type Retry } from './retry';
export { freshKey, pkcs8, selfSigned } from './self-signed';
export { pinAt, pinnedDispatcher, secureAddress, serverTls, tlsPair, type TlsPair } from './tls';
export { Underway } from './underway';
