// The market's door: each idea is a folder with its own door; this one only gathers them by name.
export * as dunning from './dunning';
export * as holds from './holds';
export * as invoices from './invoices';
export * as journal from './journal';
export * as money from './money';
export * as negotiation from './negotiation';
export * as payments from './payments';
export * as periods from './periods';
export * as precision from './precision';
export * as prices from './prices';
export * as product from './product';
export { marketRefusals } from './refusals';
export * as rights from './rights';
export * as saga from './saga';
export * as shares from './shares';
export * as subscriptions from './subscriptions';
export * as valuation from './valuation';
