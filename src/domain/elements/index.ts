// The data dictionary: elements, their columns, and how a repository of one is announced.
export * from './column';
export * from './element';
export { parsed, pointer } from './pointer';
export * from './quantity';
export { elementRefusals } from './refusals';
export * from './repository';
