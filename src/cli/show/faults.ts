// What went wrong, for people: what happened, what to do, the code; for programs: one JSON value.
import pc from 'picocolors';
import { z } from 'zod';
import { Refusal } from '../../domain/refusals';
import { PeerRefusal, refusalWords } from '../../sdk';
import { exitOf, exits, UsageError } from '../exits';
import type { Io } from '../io';
import type { Language } from './words';

interface Fault {
  readonly code: string;
  readonly title: string;
  readonly do: string;
  readonly details: Refusal['details'];
  readonly exit: number;
}

/** Tells an error and gives the exit code. */
export function tell(error: unknown, io: Io, argv: readonly string[]): number {
  const fault = faultOf(error, languageIn(io, argv));
  if (argv.includes('--json')) io.out(JSON.stringify({ error: fault }, null, 2));
  else for (const line of lines(fault, io.colours)) io.err(line);
  if (fault.exit === exits.BUG && error instanceof Error && io.environment['AGGREGORA_DEBUG'])
    io.err(error.stack ?? '');
  return fault.exit;
}

/** Language and format as far as they can be known when settings themselves may be what is wrong. */
function languageIn({ environment }: Io, argv: readonly string[]): Language {
  const at = argv.indexOf('--lang');
  const joined = argv.find((one) => one.startsWith('--lang='))?.slice(7);
  const given = joined ?? (at < 0 ? undefined : argv[at + 1]);
  return (given ?? environment['AGGREGORA_LANG'] ?? environment['LANG'] ?? 'en').startsWith('zh') ? 'zh' : 'en';
}

export function faultOf(error: unknown, lang: Language): Fault {
  if (error instanceof Refusal) return refusalFault(error, lang);
  if (error instanceof UsageError) return { code: 'USAGE', title: error[lang], do: '', details: {}, exit: exits.USAGE };
  if (error instanceof z.ZodError) {
    const title = lang === 'zh' ? '文件内容的结构不正确。' : 'The document does not have the right shape.';
    return { code: 'SHAPE', title, do: z.prettifyError(error), details: {}, exit: exits.USAGE };
  }
  const title = lang === 'zh' ? '出现了意外错误，这是一个缺陷。' : 'Something unexpected happened. This is a bug.';
  const why = error instanceof Error ? error.message : String(error);
  return { code: 'BUG', title, do: why, details: {}, exit: exits.BUG };
}

/** Our own words where we have them; else those the other side sent. */
function refusalFault(refusal: Refusal, lang: Language): Fault {
  const { code, details } = refusal;
  const row = refusalWords.get(code);
  const peer = refusal instanceof PeerRefusal ? refusal : undefined;
  const title = (lang === 'zh' ? row?.zh : row?.en) ?? peer?.title ?? code;
  const toDo = (lang === 'zh' ? row?.doZh : row?.doEn) ?? peer?.detail ?? '';
  return { code, title, do: toDo, details, exit: exitOf(code) };
}

function lines(fault: Fault, colours: boolean): readonly string[] {
  const paint = pc.createColors(colours);
  const details = Object.entries(fault.details).map(([name, value]) => `${name}: ${String(value)}`);
  return [
    `${paint.red('✗')} ${fault.title}`,
    ...(fault.do === '' ? [] : [`  → ${fault.do}`]),
    paint.dim(`  ${[fault.code, ...details].join(' · ')}`),
  ];
}
