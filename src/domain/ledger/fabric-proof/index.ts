// The door of Fabric's ledger proofs.
export { derOf, rawOf } from './der';
export { headerDer, headerHashOf, type BlockHeader } from './header';
export { verifyFabricProof } from './verify';
export { FabricChain, verifyFabricChain, type FabricChained } from './chain';
export { FabricReceipt, verifyFabricReceipt, type FabricProven, type FabricTrust } from './receipt';
