// The door of contribution plans.
export * from './flows';
export * from './measures';
export * from './moments';
export * from './plan';
export * from './table';
