/** The longest beginning of `text` that fits into `bytesMax` bytes of UTF-8; no character is split. */
export function cutToBytes(text: string, bytesMax: number): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(bytesMax));
  return text.slice(0, read);
}
