// What every part needs to speak: fixed words, the servers' words in the right language, numbers, days and terms.
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Figure, Words } from '../api/types';
import type { Language } from '.';

type Values = Readonly<Record<string, string | number>>;

export interface Speech {
  readonly language: Language;
  /** Fixed words of this page. */
  t(key: string, values?: Values): string;
  /** The servers' words. */
  say(words: Words | undefined): string;
  /** One term of a closed list, or the term itself where the list does not know it. */
  term(list: string, name: string): string;
  /** Exact: decimal text is never turned into a double. */
  number(figure: Figure): string;
  moment(at: string | number): string;
  list(items: readonly string[]): string;
}

/** As many decimals as the text has; a string is formatted digit by digit (ECMA-402, mathematical values). */
function exactly(language: Language, figure: Figure): string {
  const text = String(figure);
  if (!/^-?\d+(?:\.\d+)?$/.test(text)) return text;
  const digits = (text.split('.')[1] ?? '').length;
  const format = new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return format.format(text as `${number}`);
}

/** The speech of the chosen language; parts that use it are drawn again when the language changes. */
export function useWords(): Speech {
  const { t, i18n } = useTranslation();
  const language: Language = i18n.language === 'zh-CN' ? 'zh-CN' : 'en';
  return useMemo(() => {
    const moments = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' });
    return {
      language,
      t: (key, values) => t(key, { ...values }),
      say: (words) => (words === undefined ? '' : language === 'zh-CN' ? words.zh : words.en),
      term: (list, name) => (i18n.exists(`${list}.${name}`) ? t(`${list}.${name}`) : name),
      number: (figure) => exactly(language, figure),
      moment: (at) => moments.format(new Date(at)),
      list: (items) => items.join(language === 'zh-CN' ? '、' : ', '),
    };
  }, [language, t, i18n]);
}
