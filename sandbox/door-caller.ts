import { createHmac } from 'node:crypto';
import { unixSeconds } from './slack/real-time.ts';

/**
 * Asks a bot's door for an appointment as a voice agent does, signed with the door's `secret`, and returns what it says.
 * Throws with the door's own words when it takes the request for none.
 */
export function createDoorCaller({ url, secret }: { url: string; secret: string }) {
  return async (wish: Record<string, string>): Promise<string> => {
    const body = JSON.stringify(wish);
    // The door compares with real time, whatever the sandbox's clock shows.
    const sentAt = String(unixSeconds() * 1_000);
    const digest = createHmac('sha256', secret)
      .update(body + sentAt)
      .digest('hex');
    const headers = { 'content-type': 'application/json', 'x-retell-signature': `v=${sentAt},d=${digest}` };
    const answer = await fetch(url, { method: 'POST', headers, body });
    const { say, error } = (await answer.json()) as { say?: string; error?: string };
    if (say === undefined) throw new Error(error ?? `the door answered ${answer.status}`);
    return say;
  };
}
