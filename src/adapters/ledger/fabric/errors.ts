// What a gateway's error means: a rule's word, a wrong certificate, or a reason to try again.
import { status } from '@grpc/grpc-js';
import { GatewayError } from '@hyperledger/fabric-gateway';
import { z } from 'zod';
import { Refusal } from '../../../domain/refusals';

const Refused = z.object({
  code: z.string(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.array(z.string())])),
});
const RESPONSE = 'chaincode response 500, ';

interface Reason {
  /** Who said it; '' for the gateway itself. */
  readonly mspId: string;
  readonly message: string;
}

/** Every peer's own reason, or the error's message where the gateway named none. */
export function reasonsOf(error: unknown): readonly Reason[] {
  if (!(error instanceof GatewayError)) return [{ mspId: '', message: String(error) }];
  return error.details.length > 0 ? error.details : [{ mspId: '', message: error.message }];
}

/**
 * The refusal the chaincode gave, when `mspId`'s own peer gave it (or when `anyone` may). Another organisation's peer may
 * only be a block behind, so its word alone is no reason to give up.
 */
export function refusalIn(error: unknown, mspId: string, anyone = false): Refusal | undefined {
  const heard = reasonsOf(error).filter((reason) => anyone || reason.mspId === '' || reason.mspId === mspId);
  return heard.map(({ message }) => refusalOf(message)).find((refusal) => refusal !== undefined);
}

function refusalOf(message: string): Refusal | undefined {
  const at = message.indexOf(RESPONSE);
  if (at < 0) return undefined;
  const text = message.slice(at + RESPONSE.length);
  try {
    const { code, details } = Refused.parse(JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1)));
    return new Refusal(code, details);
  } catch {
    return undefined;
  }
}

/** Whether the peers do not take this certificate for a member's: unknown issuer, wrong role, expired, revoked. */
export const isForeign = (error: unknown): boolean =>
  error instanceof GatewayError &&
  reasonsOf(error).some(({ message }) =>
    /access denied|creator.*(malformed|expired)|certificate.*expired/i.test(message),
  );

/** Whether a query failed because there is no such transaction or block. */
export const isUnknown = (error: unknown): boolean =>
  reasonsOf(error).some(({ message }) => /no such transaction ID|entry not found|not found in index/i.test(message));

/** Codes after which a new proposal may do: no plan yet, peers of different heights, a peer or the chaincode away. */
const passing: ReadonlySet<number> = new Set([
  status.CANCELLED, // a peer that is going down ends its calls so
  status.UNAVAILABLE,
  status.FAILED_PRECONDITION,
  status.ABORTED,
  status.DEADLINE_EXCEEDED,
  status.RESOURCE_EXHAUSTED,
  status.UNKNOWN,
]);

export const isPassing = (error: unknown): boolean => error instanceof GatewayError && passing.has(error.code);

/** Short and free of content, for details of LEDGER_DOWN. */
export const whyOf = (error: unknown): string =>
  error instanceof GatewayError
    ? `${error.name} ${String(error.code)}`
    : error instanceof Error
      ? error.name
      : 'unknown';
