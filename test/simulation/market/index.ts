// The market simulation's door.
export { run, type Options, type Report } from './run';
