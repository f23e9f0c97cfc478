// The room's door: dx/1 messages, the common hash, leaves, batches, evidence bundles.
export * from './batches';
export * from './bundle';
export { Answer, PermitUse, Request, VERSION } from './envelopes';
export * from './exchange';
export * from './leaves';
export * from './parts';
export { digestOf, readAnswer, readRequest } from './read';
export { exchangeRefusals } from './exchange-refusals';
export { receiptsRefusals } from './refusals';
export * from './statements';
export * from './states';
