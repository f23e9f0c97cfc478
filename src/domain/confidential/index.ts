// The room's door.
export * from './aggregate';
export * from './audit';
export * from './certificate';
export * from './contribution';
export * from './envelope';
export * from './guards';
export * as large from './large';
export * as lattice from './lattice';
export * from './nodes';
export * from './noise';
export * as plans from './plans';
export * from './question';
export { confidentialRefusals } from './refusals';
export * from './shares';
export * from './signed';
export * from './steps';
