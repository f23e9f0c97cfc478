// The door of contribution plans.
export * from './estimates';
export * from './plan';
export * from './table';
