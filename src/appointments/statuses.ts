import { businessOf } from '../business-tables.ts';
import type { Db } from '../database.ts';
import {
  closedMeanings,
  foldWord,
  openMeanings,
  type Statuses,
  type StatusMeaning,
} from '../database-map.ts';

export function statusesOf(db: Db): Statuses {
  return businessOf(db).map.statuses;
}

/** The booking system's words for appointments that are to take place. */
export function openStatuses(db: Db): string[] {
  return openMeanings.flatMap((meaning) => statusesOf(db)[meaning]);
}

/** The booking system's words for appointments that are over or off. Any other word is neither open nor closed. */
export function closedStatuses(db: Db): string[] {
  return closedMeanings.flatMap((meaning) => statusesOf(db)[meaning]);
}

/** The booking system's word that the bot writes. Throws when there is none. */
export function wordFor(db: Db, meaning: StatusMeaning): string {
  const [word] = statusesOf(db)[meaning];
  if (word === undefined) throw new Error(`the booking system has no status that means ${meaning}`);
  return word;
}

/** What the booking system's word means; null when nobody said so. */
export function meaningOf(word: string, statuses: Statuses): StatusMeaning | null {
  const meanings = [...openMeanings, ...closedMeanings];
  const key = foldWord(word);
  return meanings.find((meaning) => statuses[meaning].some((each) => foldWord(each) === key)) ?? null;
}
