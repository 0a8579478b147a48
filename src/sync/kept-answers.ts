import type { Clock } from '../clock.ts';
import { addMs } from '../instant.ts';

/** Answers to questions that only read, kept in this process for a short time; the oldest give way to new ones. */
export interface KeptAnswers<Answer> {
  /**
   * What was answered to `question` lately, or is being answered, unless that `isStale`; else `read` is asked. A
   * failure is not kept.
   */
  read(question: string, read: () => Promise<Answer>, isStale?: (answer: Answer) => boolean): Promise<Answer>;
  /** Gives no answer any more that was asked for before. */
  forget(): void;
}

export function keepAnswers<Answer>(
  clock: Clock,
  { ms, most }: { ms: number; most: number },
): KeptAnswers<Answer> {
  const kept = new Map<string, { answer: Promise<Answer>; until: Date }>();

  function ask(question: string, read: () => Promise<Answer>): Promise<Answer> {
    const entry = { answer: read(), until: addMs(clock.now(), ms) };
    // Taken out and set anew it is the youngest.
    kept.delete(question);
    kept.set(question, entry);
    entry.answer.catch(() => {
      if (kept.get(question) === entry) kept.delete(question);
    });
    const [oldest] = kept.keys();
    if (kept.size > most && oldest !== undefined) kept.delete(oldest);
    return entry.answer;
  }

  return {
    async read(question, read, isStale = () => false) {
      const known = kept.get(question);
      if (!known || known.until <= clock.now()) return ask(question, read);
      const answer = await known.answer;
      return isStale(answer) ? ask(question, read) : answer;
    },
    forget: () => kept.clear(),
  };
}
