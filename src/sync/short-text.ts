const EMAIL = /[^\s<>"',;]+@[^\s<>"',;]+/g;

/** Somebody's words about a failure, short and without anybody's address; the whole text is kept with the attempt. */
export function shortText(text: string): string {
  return text.replace(EMAIL, '…').trim().slice(0, 500);
}

const LETTER = '[\\p{L}\\p{N}]';

/** The text without this name or a part of it of at least three letters, wherever it stands as a word. */
export function withoutName(text: string, name = ''): string {
  const parts = name.split(/[^\p{L}\p{N}]+/u).filter((part) => part.length >= 3);
  if (parts.length === 0) return text;
  return text.replace(new RegExp(`(?<!${LETTER})(${parts.join('|')})(?!${LETTER})`, 'giu'), '…');
}
