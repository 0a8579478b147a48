import type { webApi } from '@slack/bolt';
import type { KeepPicture } from '../alerts/poster.ts';
import type { Log } from '../log.ts';
import { remedyFor } from './slack-remedies.ts';
import { slackTrouble } from './slack-trouble.ts';

/**
 * Keeps pictures as files of the bot, which only a message of the bot shows to others. One try of each step, and none
 * of it counts for Slack's health: without a picture the words are shown all the same. The message has the text for
 * those who do not see it; with one at the file, Slack has lost files (python-slack-sdk #1818).
 */
export function createKeepPicture({
  client,
  log,
  timeoutMs,
}: {
  client: webApi.WebClient;
  log: Log;
  timeoutMs: number;
}): KeepPicture {
  return async ({ name, png }) => {
    try {
      const { upload_url: url, file_id: id } = await client.files.getUploadURLExternal({
        filename: name,
        length: png.byteLength,
      });
      if (!url || !id) throw new Error('Slack named no place for the picture');
      await upload(url, png, timeoutMs);
      await client.files.completeUploadExternal({ files: [{ id, title: name }] });
      return id;
    } catch (error) {
      log.warn({ picture: name, reason: reasonOf(error) }, 'picture.dropped');
      return null;
    }
  };
}

async function upload(url: string, png: Uint8Array, timeoutMs: number): Promise<void> {
  const signal = AbortSignal.timeout(timeoutMs);
  const answer = await fetch(url, { method: 'POST', body: Buffer.from(png), signal });
  await answer.body?.cancel();
  if (!answer.ok) throw new Error(`Slack answered the upload with ${answer.status}`);
}

/** Slack's word where it has one, and what to do; the address of an upload is not for the log. */
function reasonOf(error: unknown): string {
  const trouble = slackTrouble(error);
  if (trouble.is === 'closed') return `${trouble.code}: ${remedyFor(trouble.code)}`;
  if (trouble.is === 'refused') return trouble.code;
  if (trouble.is === 'limited') return `too many calls, for ${trouble.retryAfterSeconds} seconds`;
  return error instanceof Error ? error.message : String(error);
}
