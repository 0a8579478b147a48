/** A port as an option gives it; 0 is any free one. Throws on anything else. */
export function readPort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new Error(`${text} is no port: give 0 to 65535`);
  return port;
}

/** Resolves on Ctrl-C, or when the process is asked to end. */
export function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}
