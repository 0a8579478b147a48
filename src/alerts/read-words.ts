export interface Words {
  /** Appointment numbers, each once, in the order given. */
  ids: number[];
  /** Everything else, as it was written. */
  others: string[];
}

// Fifteen digits are exact in a number, and more than any database gives out.
const NUMBER = /^#?([1-9]\d{0,14})$/;

/** Reads what a person typed after a command: numbers such as `748`, `#748` or `748,750`, and words. */
export function readWords(text: string): Words {
  const words = text.split(/[\s,;]+/).filter(Boolean);
  const ids = new Set<number>();
  const others: string[] = [];
  for (const word of words) {
    const number = NUMBER.exec(word)?.[1];
    if (number === undefined) others.push(word);
    else ids.add(Number(number));
  }
  return { ids: [...ids], others };
}

const LIST_LENGTH_MAX = 20;

/** `#748, #750, …`: as many as one reads. */
export function listIds(ids: number[]): string {
  const listed = ids.slice(0, LIST_LENGTH_MAX).map((id) => `#${id}`);
  return [...listed, ...(ids.length > LIST_LENGTH_MAX ? ['…'] : [])].join(', ');
}
