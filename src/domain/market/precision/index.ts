// The door of the price of precision: families, P(x), menus and their closure, curve points.
export { arctanTable, logTable } from './curves';
export { curve, type CurvePoint } from './curve';
export { checkFamily, Family } from './families';
export { attacksOn, checkMenu, closureOf, Menu, menuPrice, type Attack } from './menu';
export { checkPrecision, PrecisionTerms, priceOf } from './price';
export { needConcave, type Knot } from './table';
