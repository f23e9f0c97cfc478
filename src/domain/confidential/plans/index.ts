// The door of contribution plans.
export * from './axes';
export * from './estimates';
export * from './overlap';
export * from './plan';
export * from './table';
