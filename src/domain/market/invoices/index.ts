// The door of invoices.
export { invoiceHtml } from './html';
export {
  creditNote,
  gapIn,
  invoice,
  nextNumber,
  totalOf,
  type Invoice,
  type InvoiceDraft,
  type InvoiceLine,
  type TaxLine,
} from './invoice';
export type { Language } from './words';
