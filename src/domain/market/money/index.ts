// The door of money: minor units, currencies, exact fractions, rates, rounding, splitting.
export { exponentOf, isCurrency, minorPerMajor } from './currency';
export {
  addMoney,
  amountText,
  Currency,
  money,
  MoneyText,
  moneyText,
  needSameCurrency,
  readMoney,
  type Money,
} from './money';
export { rate, rateInMinor, RateText } from './rate';
export {
  compare,
  fromText,
  gcd,
  greatest,
  least,
  minus,
  ONE,
  over,
  plus,
  rational,
  sumOf,
  times,
  toText,
  ZERO,
  type Rational,
} from './rational';
export { integerRoot, roundDown, roundHalfEven, roundUp } from './rounding';
export { byId, split, type Part, type Weighted } from './split';
