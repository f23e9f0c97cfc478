// The door of time: zones, anchored periods, proration.
export { addMonths, intervals, periodAt, periodOf, type Cycle, type Interval, type Period } from './period';
export { creditFor, unused, upgrade, type Charged, type Span, type Upgrade } from './proration';
export { instantOf, wallTime, type WallTime } from './zone';
