import { textsDe } from './texts-de.ts';
import { textsEn } from './texts-en.ts';

export const locales = ['de', 'en'] as const;
export type Locale = (typeof locales)[number];

/** Every text that people read. German sets the keys; another language that misses one does not compile. */
export type Texts = typeof textsDe;

const table: Record<Locale, Texts> = { de: textsDe, en: textsEn };

export function textsFor(locale: Locale): Texts {
  return table[locale];
}

/** The language we have for a tag such as `de-AT`, or undefined. */
export function localeOf(languageTag: string | undefined): Locale | undefined {
  const language = languageTag?.toLowerCase().split(/[-_]/)[0];
  return locales.find((locale) => locale === language);
}
