import { createHash } from 'node:crypto';
import type { types, webApi } from '@slack/bolt';
import type { Access } from '../alerts/access.ts';
import type { Content } from '../alerts/content.ts';
import { type Home, readHome } from '../alerts/home.ts';
import { createHomeReads, type HomeReads } from '../alerts/home-reads.ts';
import type { Voice } from '../alerts/voice.ts';
import { releaseLease, takeLease } from '../appointments/leases.ts';
import {
  forgetHome,
  forgetOldHomes,
  forgetShown,
  type HomeChoice,
  type OpenedHome,
  readOpenedHome,
  readOpenedHomes,
  recordOpened,
  recordPublished,
} from '../appointments/opened-homes.ts';
import { recordReplica } from '../appointments/replicas.ts';
import type { Clock } from '../clock.ts';
import type { Db } from '../database.ts';
import { SECOND } from '../instant.ts';
import type { Log } from '../log.ts';
import { homeView } from './home-view.ts';
import { createSlackCalls } from './slack-calls.ts';
import type { SlackHealth } from './slack-health.ts';

/** The App Homes of all who opened theirs lately. */
export interface Homes {
  /** Shows a person's own, at what was chosen now or else before. */
  open(userId: string, choice?: HomeChoice): Promise<void>;
  /** Shows anew what is not true any more. Returns in how many milliseconds to look again. */
  republish(): Promise<number>;
}

interface Deps {
  client: webApi.WebClient;
  db: Db;
  clock: Clock;
  log: Log;
  health: SlackHealth;
  access: Access;
  voiceOf: (userId: string) => Promise<Voice>;
  callsPerMinute: number;
  /** This process, in words for engineers; no other has the same. */
  replica: string;
}

const LOOK_EVERY_MS = 3 * SECOND;
const REPORT_EVERY_MS = 10 * SECOND;
/** Nobody reads faster than this. */
const SAME_PERSON_EVERY_MS = 5 * SECOND;
// Slack's tier 4 is 100 calls a minute in a workspace; some of them are left to who opens and turns pages elsewhere.
const CALL = { method: 'views.publish', channel: 'app home', everyMs: 700 };
const LEASE_MS = 30 * SECOND;
const TRIES_MAX = 3;
/** Slack's words for: this person has no App Home. */
const NO_HOME = new Set(['user_not_found', 'not_enabled', 'user_disabled']);

interface Rendered {
  view: types.HomeView;
  /** Of everything that is shown but what is true for a moment only. */
  hash: string;
}

export function createHomes(deps: Deps): Homes {
  const { db, clock, log, access, voiceOf, callsPerMinute, replica } = deps;
  const publish = createPublish(deps);
  let reportedAt: Date | null = null;

  async function render(opened: OpenedHome, reads: HomeReads): Promise<Rendered> {
    const voice = await voiceOf(opened.userId);
    const home = await readHome(reads, { ...opened, voice, access, callsPerMinute });
    return { view: homeView(home), hash: fingerprint(home) };
  }

  async function republishOne(opened: OpenedHome, reads: HomeReads): Promise<'published' | 'same'> {
    // Better what was true a moment ago than that Slack does not say who may see it.
    if ((await access.tell({ deed: 'app_home', actor: opened.userId })) === null) return 'same';
    const rendered = await render(opened, reads);
    if (rendered.hash === opened.shownHash) return 'same';
    if ((await publish(opened, rendered, opened.viewHash)) === 'overtaken')
      await forgetLatest(db, opened.userId);
    return 'published';
  }

  async function report(now: Date): Promise<void> {
    if (reportedAt !== null && isWithin(now, reportedAt, REPORT_EVERY_MS)) return;
    reportedAt = now;
    await recordReplica(db, replica, now);
    await forgetOldHomes(db, now);
  }

  return {
    async open(userId, choice) {
      let opened: OpenedHome | null = await recordOpened(db, userId, choice ?? {}, clock.now());
      for (let tries = 0; opened !== null && tries < TRIES_MAX; tries++) {
        const rendered = await render(opened, createHomeReads(db, clock.now()));
        if ((await publish(opened, rendered, null)) === 'settled') return;
        opened = await readOpenedHome(db, userId);
      }
      await forgetLatest(db, userId);
    },
    async republish() {
      await report(clock.now());
      const lease = { name: 'homes', holder: replica } as const;
      const homes = await readOpenedHomes(db);
      let reads = createHomeReads(db, clock.now());
      for (const opened of homes) {
        if (!(await takeLease(db, { ...lease, ms: LEASE_MS, now: clock.now() }))) return LOOK_EVERY_MS;
        const { publishedAt } = opened;
        if (publishedAt !== null && isWithin(clock.now(), publishedAt, SAME_PERSON_EVERY_MS)) continue;
        try {
          const done = await republishOne(opened, reads);
          // Publishing takes its time, and things go on meanwhile.
          if (done === 'published') reads = createHomeReads(db, clock.now());
        } catch (error) {
          log.error({ err: error }, 'home.failed');
        }
      }
      if (homes.length > 0) await releaseLease(db, lease);
      return LOOK_EVERY_MS;
    },
  };
}

/**
 * Publishes over the view that Slack calls `onlyOver`, or over any. overtaken: the person turned to something else
 * meanwhile, and this may stand in its place. settled: it is shown, or known not to be.
 */
function createPublish(deps: Deps) {
  const { client, db, clock, log } = deps;
  const calls = createSlackCalls(deps);
  return async (
    opened: OpenedHome,
    { view, hash }: Rendered,
    onlyOver: string | null,
  ): Promise<'settled' | 'overtaken'> => {
    const tried = await calls.attempt(CALL, () =>
      client.views.publish({ user_id: opened.userId, view, ...(onlyOver !== null && { hash: onlyOver }) }),
    );
    const now = clock.now();
    if (tried.is === 'done') {
      const viewHash = tried.value.view?.hash ?? null;
      const isLatest = await recordPublished(db, opened, { now, shownHash: hash, viewHash });
      return isLatest ? 'settled' : 'overtaken';
    }
    const code = tried.is === 'trouble' && tried.trouble.is === 'refused' ? tried.trouble.code : null;
    if (code === null) calls.later(CALL, tried);
    if (code === null || code === 'hash_conflict') {
      await forgetShown(db, opened);
    } else if (NO_HOME.has(code)) {
      await forgetHome(db, opened.userId);
    } else {
      log.error({ method: CALL.method, code }, 'home.refused');
      // It would be refused again as long as it is the same.
      await recordPublished(db, opened, { now, shownHash: hash, viewHash: null });
    }
    return 'settled';
  };
}

/** Whatever is shown: it is published again. */
async function forgetLatest(db: Db, userId: string): Promise<void> {
  const latest = await readOpenedHome(db, userId);
  if (latest) await forgetShown(db, latest);
}

/** A clock that was ahead must not keep anything waiting. */
function isWithin(now: Date, past: Date, ms: number): boolean {
  const passedMs = now.getTime() - past.getTime();
  return passedMs >= 0 && passedMs < ms;
}

function fingerprint(home: Home | Content): string {
  const lasting = 'list' in home && home.engine ? { ...home, engine: { ...home.engine, asOf: '' } } : home;
  return createHash('sha256')
    .update(JSON.stringify(homeView(lasting)))
    .digest('hex');
}
