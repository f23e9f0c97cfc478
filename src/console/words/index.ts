// Which language is shown: the one chosen before, else the browser's, else English; and how the page says so.
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { en } from './en';
import { zh } from './zh';

export const languages = { en: 'English', 'zh-CN': '中文' } as const;
export type Language = keyof typeof languages;

const KEPT = 'aggregora.language';
const isLanguage = (text: string | null): text is Language => text !== null && Object.hasOwn(languages, text);

function first(): Language {
  const kept = localStorage.getItem(KEPT);
  if (isLanguage(kept)) return kept;
  return navigator.languages.find((tag) => /^(?:en|zh)/.test(tag))?.startsWith('zh') === true ? 'zh-CN' : 'en';
}

function show(language: string): void {
  document.documentElement.lang = language;
  localStorage.setItem(KEPT, language);
}

/** Starts i18next; React already escapes what it shows. */
export async function startWords(): Promise<void> {
  i18next.on('languageChanged', show);
  await i18next.use(initReactI18next).init({
    lng: first(),
    fallbackLng: 'en',
    resources: { en: { translation: en }, 'zh-CN': { translation: zh } },
    interpolation: { escapeValue: false },
    returnNull: false,
  });
}
