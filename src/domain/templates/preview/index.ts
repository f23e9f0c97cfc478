// The room's door: invented rows, the plan in memory, and what an answer would look like.
export { evaluate, keyedChoice, type Choice } from './evaluate';
export { preview, type Preview } from './preview';
export { chanceOf, syntheticRows, type Chance } from './rows';
export { fixed, type Row, type Value } from './values';
