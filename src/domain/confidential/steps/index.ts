// The door of a node's evidence.
export * from './chain';
export * from './completion';
