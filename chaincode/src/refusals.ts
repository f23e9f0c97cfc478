// How a refusal leaves the chaincode: as the message of a 500, in a form the client can read back.
import { canonicalText } from '../../src/domain/canonical';
import { Refusal } from '../../src/domain/refusals';

/** A rule's refusal becomes an error whose message is `{"code":…,"details":…}`; anything else stays what it was. */
export async function answering(work: () => Promise<string>): Promise<string> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Error(canonicalText({ code: error.code, details: error.details }));
  }
}
