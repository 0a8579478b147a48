import type { webApi } from '@slack/bolt';
import { type Locale, localeOf, locales } from '../alerts/texts.ts';
import { createVoice, type Voice } from '../alerts/voice.ts';
import type { Clock } from '../clock.ts';
import { addMs, MINUTE } from '../instant.ts';

const REMEMBERED_MS = 10 * MINUTE;
const REMEMBERED_MAX = 1_000;

/**
 * Finds the voice for a Slack user: the language that the person has set in Slack, or the fallback when it is none of
 * ours or Slack does not say. Remembered for ten minutes.
 */
export function createReaderVoices({
  client,
  clock,
  locale,
  timeZone,
}: {
  client: webApi.WebClient;
  clock: Clock;
  locale: Locale;
  timeZone: string;
}): (userId: string) => Promise<Voice> {
  const voices = new Map(locales.map((known) => [known, createVoice({ locale: known, timeZone })]));
  const fallback = createVoice({ locale, timeZone });
  const remembered = new Map<string, { voice: Voice; until: Date }>();

  return async (userId) => {
    const known = remembered.get(userId);
    if (known && known.until > clock.now()) return known.voice;
    const spoken = localeOf(await readLocale(client, userId));
    const voice = (spoken && voices.get(spoken)) ?? fallback;
    if (remembered.size >= REMEMBERED_MAX) remembered.clear();
    remembered.set(userId, { voice, until: addMs(clock.now(), REMEMBERED_MS) });
    return voice;
  };
}

/** A language is a courtesy: without it the person is answered all the same. */
async function readLocale(client: webApi.WebClient, userId: string): Promise<string | undefined> {
  try {
    const { user } = await client.users.info({ user: userId, include_locale: true });
    return user?.locale;
  } catch {
    return undefined;
  }
}
