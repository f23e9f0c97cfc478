// The door of products: their life, compliance rows, the order's six steps, the certificate.
export { certificate, type Certificate, type StepEvidence } from './certificate';
export {
  compliance,
  complianceRows,
  list,
  moveProduct,
  needOrderable,
  orderSteps,
  productMoves,
  type Listing,
  type OrderStep,
  type ProductState,
} from './life';
