// Where each noun lives in the ledger's state. Sequences are padded, so that key order is their order.
const padded = (count: number): string => String(count).padStart(12, '0');

/** Keys of the state; every part is a slug, an id or a hash, so none contains a slash. */
export const ledgerKeys = {
  participant: (participant: string) => `participant/${participant}`,
  /** A certificate once registered stays readable for ever: old receipts still need it. */
  certificate: (thumbprint: string) => `certificate/${thumbprint}`,
  /** What took a certificate's place; the height of this entry is where its time ended. */
  succession: (thumbprint: string) => `succession/${thumbprint}`,
  revocation: (thumbprint: string) => `revocation/${thumbprint}`,
  element: (element: string) => `element/${element}`,
  repository: (repository: string) => `repository/${repository}`,
  consent: (repository: string, version: number) => `consent/${repository}/${padded(version)}`,
  template: (template: string) => `template/${template}`,
  adoption: (repository: string, template: string) => `adoption/${repository}/${template}`,
  permit: (permit: string) => `permit/${permit}`,
  permitVersion: (permit: string, version: number) => `permit-version/${permit}/${padded(version)}`,
  appointment: (appointment: string) => `appointment/${appointment}`,
  anchor: (participant: string, seq: number) => `anchor/${participant}/${padded(seq)}`,
  anchorHead: (participant: string) => `anchor-head/${participant}`,
  dispute: (dispute: string) => `dispute/${dispute}`,
  right: (right: string) => `right/${right}`,
  shares: (repository: string, kind: string) => `shares/${repository}/${kind}`,
  agreement: (agreement: string) => `agreement/${agreement}`,
  settlement: (settlement: string) => `settlement/${settlement}`,
  step: (computation: string, by: string, step: string) => `step/${computation}/${by}/${step}`,
  hash: (stream: string, by: string, id: string) => `hash/${stream}/${by}/${id}`,
} as const;
