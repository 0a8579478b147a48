import type { DestinationStream } from 'pino';

/** Draws the log's lines on stderr for who reads along; undefined where only what the bot needs is installed. */
export async function openLogForPeople(): Promise<DestinationStream | undefined> {
  try {
    const { default: pretty } = await import('pino-pretty');
    return pretty({
      destination: process.stderr.fd,
      sync: true,
      colorize: process.stderr.isTTY,
      translateTime: 'SYS:HH:MM:ss',
      ignore: 'replica',
      singleLine: true,
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    return undefined;
  }
}
