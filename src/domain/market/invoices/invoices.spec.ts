// Numbers without gaps, taxes that add up, credit notes within their invoice, a page that cannot be injected into.
import { creditNote, gapIn, invoice, invoiceHtml, nextNumber, type InvoiceDraft } from '.';

const draft = (minor: bigint, number = '2026-000001'): InvoiceDraft => ({
  number,
  seller: 'exchange',
  buyer: '<script>alert(1)</script>',
  currency: 'CNY',
  period: { start: 0, end: 1000 },
  issuedAt: 1000,
  dueAt: 2000,
  lines: [{ text: { en: 'Runs', zh: '运行' }, type: 'VARIABLE', quantity: 3n, minor, taxBp: 600 }],
});

test('numbers follow each other, start again each year, and a gap is found', () => {
  expect([nextNumber(2026, null), nextNumber(2026, '2026-000009'), nextNumber(2027, '2026-000009')]).toEqual([
    '2026-000001',
    '2026-000010',
    '2027-000001',
  ]);
  expect(gapIn(2026, ['2026-000002', '2026-000001'])).toBeUndefined();
  expect(gapIn(2026, ['2026-000001', '2026-000003'])).toBe('2026-000002');
});

test('a credit note never passes its invoice, alone or together', () => {
  const made = invoice(draft(1000n));
  expect([made.net, made.total]).toEqual([1000n, 1060n]);
  const note = creditNote(made, [], draft(600n, '2026-000002'));
  expect(() => creditNote(made, [note], draft(500n, '2026-000003'))).toThrow('CREDIT_TOO_LARGE');
  expect(() => creditNote(made, [], { ...draft(5n), buyer: 'other' })).toThrow('CREDIT_FOREIGN');
  expect(() => invoice({ ...draft(1n), lines: [] })).toThrow('INVOICE_EMPTY');
});

test('the page escapes what others wrote, in both languages', () => {
  const made = invoice(draft(1000n));
  expect(invoiceHtml(made, 'en', 'UTC')).not.toContain('<script>');
  expect(invoiceHtml(made, 'zh', 'Asia/Shanghai')).toContain('10.60 CNY');
  expect(invoiceHtml(made, 'zh', 'Asia/Shanghai')).toContain('发票');
});
