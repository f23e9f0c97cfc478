// The room's door: what a searcher, an owner, a reviewer and an auditor need of this package.
export { Client, PeerRefusal, readKeyring, type Keyring } from '../wire';
export { checkUp, type CheckUp } from '../adapters/ledger/anchoring/check-up';
export { Book } from './book/book';
export { sealedLeaves } from './book/sealed';
export {
  Catalogue,
  type PermitEntry,
  type RepositoryEntry,
  type RepositoryPage,
  type TemplateEntry,
} from './catalogue';
export { DeskClient, type DeskAddress, type Groups, type GroupView } from './desk/client';
export { Desk } from './desk/desk';
export { groupList, groupView } from './desk/view';
export { Office, type Asking } from './office';
export { OwnerDesk } from './owner-desk';
export { refusalWords } from './refusal-words';
export { ledgerOf, LedgerChoice, peersOf } from './ledger';
export { approve, participants, signedApplication, type Joining, type ParticipantEntry } from './joining';
export { draftAndSubmit, elementDocument, signedReview, type ReviewVerdict } from './writing';
export { AuditTrust, fetchTrust } from './verify/trust';
export { verifyOnline } from './verify/online';
export { verifyOffline } from './verify/verify';
export { makeKeys, saveKeys } from './wallet/wallet';
export { ConfidentialOffice, type ConfidentialAnswer, type ConfidentialAsking } from './confidential/ask';
export { nodeClient } from './confidential/node-client';
export { publicPart, seedsUnder, transcriptIn, withSeeds } from './confidential/mandate';
export { isConfidentialEvidence, verifyConfidential } from './confidential/verify';
export {
  approveRight,
  type Curve,
  type IssuedInvoice,
  Market,
  type Ordered,
  type OrderEntry,
  type Purchase,
  type QuoteEntry,
  type RightDraft,
  type SealedBid,
  settledOrder,
  submitRight,
} from './market';
