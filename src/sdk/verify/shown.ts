// What a bundle shows before anything about it is believed.
import { type Bundle, readBundle } from '../../domain/receipts';
import { Refusal } from '../../domain/refusals';

/** The bundle as it reads, or undefined for bytes that are none: the verifier then says so itself. */
export function shownIn(bytes: Uint8Array): Bundle | undefined {
  try {
    return readBundle(bytes);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}
