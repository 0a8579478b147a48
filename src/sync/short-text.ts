const EMAIL = /[^\s<>"',;]+@[^\s<>"',;]+/g;

/** Somebody's words about a failure, short and without anybody's address; the whole text is kept with the attempt. */
export function shortText(text: string): string {
  return text.replace(EMAIL, '…').trim().slice(0, 500);
}
