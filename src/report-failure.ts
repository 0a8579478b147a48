/** Ends a command that could not do its work: the message goes to the person at the terminal, without a stack. */
export function reportFailure(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
