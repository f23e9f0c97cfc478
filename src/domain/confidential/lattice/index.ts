// The door of mode H's public arithmetic; SEAL itself lives behind a worker in compute-node/seal.
export * from './ceremony';
export * from './ciphertexts';
export * from './guard';
export * from './parameters';
export * from './ring';
export * from './slots';
export { floodSeed, onlyOnce, switchedSum } from './switch';
