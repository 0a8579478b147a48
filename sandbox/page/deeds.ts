// What the bar tells: everything that people did on the page, and that the bot asked of Cal.com and Slack.

import type { CalcomCall } from '../calcom/exchange.ts';
import type { Json, RecordedCall } from '../slack/slack-look-alike.ts';
import type { PageStage } from './page-stage.ts';

/** One thing that happened; the page puts `what` and `about` into a sentence. */
export interface Deed {
  at: Date;
  who: 'person' | 'bot';
  what: string;
  about: Record<string, string | number>;
  /** The other side's answer was an error, or none came. */
  failed?: boolean;
}

export interface Deeds {
  /** A person, named by the Slack id, did something. */
  note(person: string, what: string, about?: Deed['about']): void;
  /** The latest, oldest first. */
  latest(): Deed[];
}

const SHOWN_MAX = 60;
/** Nothing older than so many calls can be among those shown: what the bar leaves out is rare enough. */
const LOOKED_AT_MAX = 400;

export function createDeeds({ clock, calcom, slack }: PageStage): Deeds {
  const persons: Deed[] = [];
  return {
    note(person, what, about = {}) {
      persons.push({ at: clock.now(), who: 'person', what, about: { ...about, person } });
    },
    latest() {
      const asked = calcom.calls.slice(-LOOKED_AT_MAX).map(ofCalcom);
      const shown = slack.calls.slice(-LOOKED_AT_MAX).flatMap(ofSlack);
      return [...persons, ...asked, ...shown]
        .toSorted((a, b) => a.at.getTime() - b.at.getTime())
        .slice(-SHOWN_MAX);
    },
  };
}

const CALCOM_DEEDS: [method: string, path: RegExp, what: string][] = [
  ['POST', /^\/v2\/bookings\/?$/, 'book'],
  ['POST', /\/reschedule$/, 'move'],
  ['POST', /\/cancel$/, 'cancel'],
  ['POST', /\/reassign/, 'reassign'],
  ['GET', /^\/v2\/bookings\/[^?]/, 'read'],
  ['GET', /^\/v2\/bookings/, 'look'],
  ['GET', /^\/v2\/slots/, 'slots'],
  ['GET', /^\/v2\/me/, 'probe'],
];

function ofCalcom({ method, path, status, at, body }: CalcomCall): Deed {
  const [, , what = 'ask'] =
    CALCOM_DEEDS.find(([verb, pattern]) => verb === method && pattern.test(path)) ?? [];
  const { start, metadata } = (body ?? {}) as { start?: unknown; metadata?: Json };
  return {
    at,
    who: 'bot',
    what: `calcom-${what}`,
    about: {
      status,
      ...(typeof start === 'string' && { start }),
      ...(metadata?.appointmentId !== undefined && { appointment: String(metadata.appointmentId) }),
    },
    failed: status === 'none' || status >= 400,
  };
}

const SLACK_DEEDS: Record<string, string> = {
  'chat.postMessage': 'post',
  'chat.update': 'update',
  'chat.delete': 'delete',
  'chat.postEphemeral': 'tell',
  response_url: 'tell',
  'views.open': 'dialog',
  'views.push': 'dialog',
  'views.update': 'dialog',
  'views.publish': 'home',
};
const TEXT_LENGTH_MAX = 240;

function ofSlack({ method, args, answer, at, fault }: RecordedCall): Deed[] {
  const what = SLACK_DEEDS[method];
  if (what === undefined) return [];
  const text = method === 'response_url' ? textOf(args.body) : args.text;
  const isOk = (answer as { ok?: boolean } | undefined)?.ok === true;
  return [
    {
      at,
      who: 'bot',
      what: `slack-${what}`,
      about: typeof text === 'string' ? { text: text.slice(0, TEXT_LENGTH_MAX) } : {},
      failed: !isOk || (fault !== undefined && fault !== 'slow'),
    },
  ];
}

/** What a response_url was sent stays as it came. */
function textOf(body: unknown): unknown {
  try {
    return (JSON.parse(String(body)) as Json).text;
  } catch {
    return undefined;
  }
}
