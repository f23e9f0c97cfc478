// The door of overlaps.
export * from './audit';
export * from './dummies';
export * from './mix';
export * from './node';
export * from './points';
export * from './records';
export * from './repository';
export * from './reveal';
export * from './shift';
