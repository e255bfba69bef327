import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';

import { en } from '../texts/en.ts';
import { keep, readKept } from './kept.ts';

export const languages = ['en', 'de'] as const;
export type Language = (typeof languages)[number];

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'texts';
    resources: { texts: typeof en };
  }
}

function wanted(): Language {
  const kept = readKept('language') ?? navigator.language.slice(0, 2);
  return kept === 'de' ? 'de' : 'en';
}

export function currentLanguage(): Language {
  return i18next.language === 'de' ? 'de' : 'en';
}

/** English comes with the first load, German when somebody reads it. */
export async function startLanguage(): Promise<void> {
  await i18next.use(initReactI18next).init({
    resources: { en: { texts: en } },
    lng: 'en',
    fallbackLng: 'en',
    defaultNS: 'texts',
    // React escapes what it shows.
    interpolation: { escapeValue: false },
  });
  await setLanguage(wanted());
}

export async function setLanguage(language: Language): Promise<void> {
  if (language === 'de' && !i18next.hasResourceBundle('de', 'texts')) {
    const { de } = await import('../texts/de.ts');
    i18next.addResourceBundle('de', 'texts', de);
  }
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}

export async function chooseLanguage(language: Language): Promise<void> {
  keep('language', language);
  await setLanguage(language);
}
