import { barestWords, plainWords } from '../../appointments/plain-words.ts';

export interface Named {
  id: string | number;
  name: string;
}

const FORMS_OF_ADDRESS = /^(frau|herr|herrn|fräulein|mr|mrs|ms|miss|mister)\b\.?\s+/i;

/**
 * Those whom somebody may mean: by id, by the whole name, by how it begins, by some of its words (or how these begin),
 * or by a phrase in which all of it occurs. The surest way that finds anybody decides; who is found there is all.
 */
export function matchName<Item extends Named>(items: Item[], asked: string): Item[] {
  const byId = items.filter(({ id }) => String(id).toLowerCase() === asked.toLowerCase());
  if (byId.length > 0) return byId;
  const phrase = asked.replace(FORMS_OF_ADDRESS, '');
  for (const fits of ways) {
    for (const wordsOf of [plainWords, barestWords]) {
      const words = wordsOf(phrase);
      if (words.length === 0) continue;
      const found = items.filter(({ name }) => fits(wordsOf(name), words));
      if (found.length > 0) return found;
    }
  }
  return [];
}

type Way = (name: string[], asked: string[]) => boolean;

const ways: Way[] = [
  (name, asked) => name.join('') === asked.join(''),
  (name, asked) => name.join(' ').startsWith(asked.join(' ')),
  (name, asked) => asked.every((word) => name.includes(word)),
  (name, asked) => asked.every((word) => name.some((part) => part.startsWith(word))),
  (name, asked) => name.length > 0 && name.every((word) => asked.includes(word)),
];
