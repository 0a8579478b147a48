const UMLAUTS: Record<string, string> = { ä: 'ae', ö: 'oe', ü: 'ue', ß: 'ss', æ: 'ae', ø: 'oe', å: 'aa' };

/** The words of a text without case, accents and signs, `ä` as `ae`: `Jörg-Peter` is `joerg`, `peter`. */
export function plainWords(text: string): string[] {
  const lower = text.normalize('NFC').toLowerCase();
  return lettersOnly(lower.replaceAll(/[äöüßæøå]/g, (letter) => UMLAUTS[letter] ?? letter));
}

/** `plainWords` for who cannot type umlauts at all: `ä` as `a`. */
export function barestWords(text: string): string[] {
  return lettersOnly(text.toLowerCase().replaceAll('ß', 'ss'));
}

function lettersOnly(text: string): string[] {
  return text
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}
