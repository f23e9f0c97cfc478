// The room's door: bodies, pipes, and the dress of an application.
export { strictBody } from './body';
export { dress, type Dress } from './dress';
export { JsonBody } from './json-body';
export { Parsed, WireBody } from './parsed';
