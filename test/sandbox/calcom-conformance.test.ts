// Rules of Cal.com that only show with a key of one's own or with an event type's special settings, a row each.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startCalcom } from '../../sandbox/calcom/start-calcom.ts';
import type { CalcomWorld } from '../../sandbox/calcom/world.ts';

const ADMIN = 'cal_admin';
const NOW = new Date('2025-11-24T10:00:00Z'); // a Monday
const attendee = { name: 'Eva', email: 'eva@example.com', timeZone: 'Europe/Berlin' };
const BUSY_BOOKER =
  "Attendee with this email can't book because the maximum number of active bookings has been reached.";

function world(): CalcomWorld {
  const type = { title: 'Cut', lengthInMinutes: 60, hostIds: [1, 2], schedulingType: 'roundRobin' as const };
  return {
    hosts: [
      { id: 1, name: 'Anna', email: 'anna@example.com', apiKey: 'cal_anna' },
      { id: 2, name: 'Ben', email: 'ben@example.com', apiKey: 'cal_ben', apiKeyExpired: true },
    ],
    eventTypes: [
      { id: 10, ...type, minimumRescheduleNoticeMinutes: 2880 },
      { id: 11, ...type, bookerActiveLimit: 1 },
      { id: 12, ...type, bookerActiveLimit: 1, bookerLimitOffersMove: true },
    ],
    bookings: [
      { uid: 'annas', eventTypeId: 10, hostId: 1, start: '2025-11-25T10:00:00Z', attendee },
      { uid: 'bens', eventTypeId: 10, hostId: 2, start: '2025-11-25T11:00:00Z', attendee },
      { uid: 'one', eventTypeId: 11, hostId: 2, start: '2025-11-25T14:00:00Z', attendee },
      { uid: 'two', eventTypeId: 12, hostId: 2, start: '2025-11-25T16:00:00Z', attendee },
    ],
    external: [],
  };
}

interface Row {
  rule: string;
  /** Of the published rules' groups: 2 requests, 3.2 create and move, 3.3 the rest. */
  section: string;
  key: string;
  method?: string;
  path: string;
  body?: object;
  status: number;
  /** The message, or the uids of a list. */
  says?: string | string[];
}

const LATER = { start: '2025-11-28T10:00:00Z' };
const book = (eventTypeId: number) => ({ path: '', body: { eventTypeId, attendee, ...LATER } });
const TOO_LATE = 'Rescheduling is not allowed within the minimum notice period before the event';
const EXPIRED = 'ApiAuthStrategy - api key - Your api key is expired';
const NOT_YOURS = 'You do not have permission to reassign this booking';

const ROWS: Row[] = [
  {
    rule: 'an admin lists all',
    section: '2.2',
    key: ADMIN,
    method: 'GET',
    path: '',
    status: 200,
    says: ['annas', 'bens', 'one', 'two'],
  },
  {
    rule: 'a member lists own ones',
    section: '2.2',
    key: 'cal_anna',
    method: 'GET',
    path: '',
    status: 200,
    says: ['annas'],
  },
  {
    rule: 'an expired key',
    section: '3.3',
    key: 'cal_ben',
    method: 'GET',
    path: '',
    status: 401,
    says: EXPIRED,
  },
  {
    rule: 'a member may not reassign',
    section: '3.3',
    key: 'cal_anna',
    path: '/annas/reassign',
    status: 403,
    says: NOT_YOURS,
  },
  { rule: 'a booker at the limit', section: '3.2', key: ADMIN, ...book(11), status: 400, says: BUSY_BOOKER },
  {
    rule: 'a booker at the limit who may move',
    section: '3.2',
    key: ADMIN,
    ...book(12),
    status: 400,
    says: `${BUSY_BOOKER} You can reschedule your existing booking (two) to a new timeslot instead.`,
  },
  {
    rule: 'a move too late',
    section: '3.2',
    key: ADMIN,
    path: '/annas/reschedule',
    body: LATER,
    status: 403,
    says: TOO_LATE,
  },
  {
    rule: 'the host may move late',
    section: '3.2',
    key: 'cal_anna',
    path: '/annas/reschedule',
    body: LATER,
    status: 201,
  },
  {
    rule: "a member gives no reason for another's booking",
    section: '3.3',
    key: 'cal_anna',
    path: '/bens/cancel',
    body: {},
    status: 200,
  },
];

interface Answer {
  data?: { uid: string }[];
  message?: string;
  error?: { message: string };
}

describe('Cal.com look-alike, conformance', () => {
  for (const { rule, section, key, method = 'POST', path, body, status, says } of ROWS)
    it(`${section}: ${rule}`, async (t) => {
      const clock = { now: () => NOW, sleep: () => Promise.resolve() };
      const look = await startCalcom({ clock, world: world(), apiKey: ADMIN });
      t.after(() => look.stop());
      const headers = {
        'cal-api-version': '2024-08-13',
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
      };
      const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
      const response = await fetch(`${look.url}/v2/bookings${path}`, init);
      const answer = (await response.json()) as Answer;
      assert.equal(response.status, status, JSON.stringify(answer));
      if (typeof says === 'string') assert.equal(answer.error?.message ?? answer.message, says);
      if (Array.isArray(says))
        assert.deepEqual(
          answer.data?.map(({ uid }) => uid),
          says,
        );
    });
});
