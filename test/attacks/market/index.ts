// The market's attacks, by name; each takes a seed and a number of attempts and returns a report with `held`.
export { run } from './arbitrage';
