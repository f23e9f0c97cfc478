// The only way out of a data end: what is not a SafeAnswer, made in this process, does not pass.
import { type Json } from '../../domain/canonical';
import { SafeAnswer } from '../../domain/safe-answers';

/** The body of a released answer. Anything else is a bug and stops the question: nothing leaves by mistake. */
export function letOut(answer: SafeAnswer): Json {
  if (!SafeAnswer.is(answer)) throw new Error('Only a SafeAnswer may leave a data end.');
  return answer.body;
}
