// The values of a step parameter, counted in scaled integers so that 0.1 + 0.2 is 0.3.

type Quantity = number | string;
const MOST = 2_000;

const places = (text: string): number => (text.split('.')[1] ?? '').length;
const scaled = (text: string, scale: number): bigint => {
  const [whole = '0', tail = ''] = text.replace('-', '').split('.');
  const size = BigInt(whole + tail.padEnd(scale, '0'));
  return text.startsWith('-') ? -size : size;
};

function spelled(value: bigint, scale: number): Quantity {
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0');
  const cut = digits.length - scale;
  const tail = digits.slice(cut).replace(/0+$/, '');
  const text = `${value < 0n ? '-' : ''}${digits.slice(0, cut)}${tail === '' ? '' : `.${tail}`}`;
  return tail === '' ? Number(text) : text;
}

/** Every value from `from` to `to` by `by`, spelled as the exchange expects; at most 2,000 of them. */
export function stepValues(from: Quantity, to: Quantity, by: Quantity): readonly Quantity[] {
  const texts = [String(from), String(to), String(by)];
  const scale = Math.max(...texts.map(places));
  const [first = 0n, last = 0n, pace = 1n] = texts.map((text) => scaled(text, scale));
  const values: Quantity[] = [];
  if (pace <= 0n) return [spelled(first, scale)];
  for (let at = first; at <= last && values.length < MOST; at += pace) values.push(spelled(at, scale));
  return values;
}
