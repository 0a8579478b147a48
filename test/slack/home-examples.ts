import type { Access, Deed } from '../../src/alerts/access.ts';
import { readHome } from '../../src/alerts/home.ts';
import { createHomeReads } from '../../src/alerts/home-reads.ts';
import { readStoryAt } from '../../src/alerts/story.ts';
import type { Voice } from '../../src/alerts/voice.ts';
import { recordReplica } from '../../src/appointments/replicas.ts';
import type { Db } from '../../src/database.ts';
import { addMs, MINUTE, toSqlInstant } from '../../src/instant.ts';
import { homeView } from '../../src/slack/home-view.ts';
import { storyView } from '../../src/slack/story-view.ts';
import { NOW } from '../alerts/alert-fixtures.ts';
import { insertRow } from './home-fixtures.ts';

/** The App Home of an engineer while the bot is held, of support at an empty list, and of a stranger. */
export async function homeViews(db: Db, voice: Voice) {
  await insertRow(db, 749, { startsInMs: 47 * 60 * MINUTE });
  await db('installation').update({ mode: 'held' });
  await recordReplica(db, 'salon-1:4711:a1b2', NOW);
  const readFor = async (may: (deed: Deed) => boolean, filter: 'failed' | 'no_staff') => {
    const access: Access = {
      allows: async ({ deed }) => may(deed),
      tell: async ({ deed }) => may(deed),
      refusalOf: async () => null,
    };
    const reader = { userId: 'U0EMIL', voice, access, callsPerMinute: 110, filter, page: 1 };
    return homeView(await readHome(createHomeReads(db, NOW), reader));
  };
  return [
    await readFor(() => true, 'failed'),
    await readFor((deed) => deed === 'app_home' || deed === 'details', 'no_staff'),
    await readFor(() => false, 'failed'),
  ];
}

/** The story of appointment 748: its newest page, and a part of a page with a long answer. */
export async function storyViews(db: Db, voice: Voice) {
  await db('appointment_syncs').where({ appointment_id: 748 }).update({ booking_uid: 'bk8f3a' });
  const links = {
    recordUrl: 'https://salon.example/appointments/{id}',
    calcomApiUrl: 'https://api.cal.com',
  };
  const readPart = async (part: number) =>
    storyView(await readStoryAt({ db, voice }, { appointmentId: 748, page: 1, part }, links));
  const short = await readPart(1);
  await db('sync_attempts').insert({
    ...{ appointment_id: 748, operation: 'book', request: '{}', outcome: 'done', request_id: 'req-2' },
    ...{
      intent_at: toSqlInstant(addMs(NOW, MINUTE)),
      http_status: 201,
      raw_answer: `${'x'.repeat(7_500)}the end`,
    },
  });
  return [short, await readPart(2)];
}
