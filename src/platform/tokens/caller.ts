// Who is calling, once the token, its key and its binding were checked.
import type { Role } from '../../domain/identity';

export interface Caller {
  readonly participant: string;
  readonly roles: readonly Role[];
  /** x5t#S256 of the participant's receipt certificate: signed messages must come from that key. */
  readonly receipt: string;
  /** RFC 7638 thumbprint of the key the token is bound to. */
  readonly key: string;
}
