// The door of mode S.
export * from './contribute';
export * from './expand';
export * from './release';
export * from './set';
export * from './split';
export * from './wire';
