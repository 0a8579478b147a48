import { readWords } from './read-words.ts';

/** What a person wants of `/resync`. */
export type ResyncWish =
  | { is: 'again'; which: number[] | 'failed' | 'all' }
  | { is: 'stop' }
  | { is: 'start' }
  /** `others`: what was not understood. */
  | { is: 'help'; others: string[] };

export function readResync(text: string): ResyncWish {
  const { ids, others } = readWords(text);
  if (ids.length > 0) return others.length === 0 ? { is: 'again', which: ids } : { is: 'help', others };
  if (others.length > 1) return { is: 'help', others };
  const word = others[0]?.toLowerCase();
  switch (word) {
    case 'failed':
    case 'all':
      return { is: 'again', which: word };
    case 'stop':
    case 'start':
      return { is: word };
    case undefined:
    case 'help':
      return { is: 'help', others: [] };
    default:
      return { is: 'help', others };
  }
}
