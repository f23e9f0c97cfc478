// The door of the noise inside.
export * from './interval';
export * from './node';
export * from './polya';
