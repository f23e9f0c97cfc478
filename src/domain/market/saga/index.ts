// The door of the saga: its table, reserving, ending.
export { reserve, type Need, type Reserved } from './reserve';
export { advance, endSaga, outcomes, sagaMoves, type Ended, type OutcomeName, type Saga, type SagaState } from './saga';
