// An invoice as one printable HTML page: no scripts, no outside files, every text escaped.
import { amountText } from '../money';
import { wallTime } from '../periods';
import type { Invoice } from './invoice';
import { words, type Language } from './words';

const style =
  'body{font:14px/1.5 system-ui,sans-serif;max-width:48rem;margin:2rem auto;color:#222}table{width:100%;border-collapse:collapse}' +
  'th,td{padding:.4rem;border-bottom:1px solid #ccc;text-align:left}.n{text-align:right;font-variant-numeric:tabular-nums}' +
  'code{word-break:break-all}@media print{body{margin:0}}';

/** A complete document in the language asked for; times in the zone given, named on the page. */
export function invoiceHtml(made: Invoice, language: Language, zone: string): string {
  const say = words[language];
  const money = (minor: bigint) => `${amountText({ minor, currency: made.currency })} ${made.currency}`;
  const time = (at: number) => `${stamp(at, zone)} (${zone})`;
  const facts: readonly (readonly [string, string])[] = [
    [say.number, made.number],
    ...(made.credits === null ? [] : ([[say.corrects, made.credits]] as const)),
    [say.seller, made.seller],
    [say.buyer, made.buyer],
    [say.period, `${time(made.period.start)} – ${time(made.period.end)}`],
    [say.issued, time(made.issuedAt)],
    [say.due, time(made.dueAt)],
  ];
  const lines = made.lines.map((line) =>
    row([line.text[language], line.type], [String(line.quantity), money(line.minor)]),
  );
  const taxes = made.taxes.map((each) =>
    row([`${say.tax} ${percent(each.taxBp)}`, ''], [money(each.net), money(each.tax)]),
  );
  return [
    `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>${escape(`${say[made.kind]} ${made.number}`)}</title>`,
    `<style>${style}</style></head><body><h1>${say[made.kind]}</h1><table>`,
    ...facts.map(([name, value]) => `<tr><th>${escape(name)}</th><td>${escape(value)}</td></tr>`),
    `</table><table><tr><th>${say.item}</th><th>${say.type}</th><th class="n">${say.quantity}</th><th class="n">${say.amount}</th></tr>`,
    ...lines,
    row([say.net, ''], ['', money(made.net)]),
    ...taxes,
    row([say.total, ''], ['', money(made.total)]),
    `</table><p>${say.hash}: <code>${made.id}</code></p></body></html>`,
  ].join('\n');
}

function row(texts: readonly string[], numbers: readonly string[]): string {
  const cells = [
    ...texts.map((text) => `<td>${escape(text)}</td>`),
    ...numbers.map((text) => `<td class="n">${escape(text)}</td>`),
  ];
  return `<tr>${cells.join('')}</tr>`;
}

function percent(bp: number): string {
  return `${String(Math.trunc(bp / 100))}.${String(bp % 100).padStart(2, '0')} %`;
}

function stamp(at: number, zone: string): string {
  const { year, month, day, hour, minute } = wallTime(at, zone);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${String(year)}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}`;
}

function escape(text: string): string {
  const codes: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (mark) => codes[mark] ?? mark);
}
