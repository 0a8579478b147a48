import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createAccess } from '../../src/alerts/access.ts';
import { endedAlert, openAlert } from '../../src/alerts/alert.ts';
import { answerResync } from '../../src/alerts/answer-resync.ts';
import { answerStatus } from '../../src/alerts/answer-status.ts';
import { caseButtons } from '../../src/alerts/cancel-there.ts';
import { cleanupContent, undoneContent } from '../../src/alerts/cleanup-content.ts';
import { type Content, content } from '../../src/alerts/content.ts';
import type { DialogAction } from '../../src/alerts/dialog.ts';
import { dialogActions } from '../../src/alerts/dialog.ts';
import { heldAlert } from '../../src/alerts/held-alert.ts';
import { incidentAlert } from '../../src/alerts/incident-alert.ts';
import { morningContent } from '../../src/alerts/morning-note.ts';
import { openDialog } from '../../src/alerts/open-dialog.ts';
import { answerRetry } from '../../src/alerts/retry.ts';
import { besideRoute } from '../../src/alerts/routes.ts';
import { submitDialog } from '../../src/alerts/submit-dialog.ts';
import { endedSurplus, surplusAlert } from '../../src/alerts/surplus-alert.ts';
import { type Locale, locales } from '../../src/alerts/texts.ts';
import { undoOffer } from '../../src/alerts/undo-button.ts';
import { createVoice, type Voice } from '../../src/alerts/voice.ts';
import { listContent } from '../../src/alerts/waiting-alerts.ts';
import { raiseAlert, subjectOf } from '../../src/appointments/alerts.ts';
import type { Evidence } from '../../src/appointments/evidence.ts';
import { appendHistory } from '../../src/appointments/history.ts';
import type { Situation } from '../../src/appointments/situation.ts';
import { type There, thereText } from '../../src/appointments/there.ts';
import type { Calcom } from '../../src/calcom/client.ts';
import type { Db } from '../../src/database.ts';
import { addMs, HOUR, MINUTE, toSqlInstant } from '../../src/instant.ts';
import { contentMessage } from '../../src/slack/content-message.ts';
import { contentView, dialogView } from '../../src/slack/dialog-view.ts';
import type { Calls } from '../../src/sync/calls.ts';
import {
  createTestClock,
  insertFailed,
  NOW,
  openAlertDatabase,
  STAFF_ID,
  situation,
} from '../alerts/alert-fixtures.ts';
import { databases } from '../support/databases.ts';
import { drawBlocks, drawView } from './draw-message.ts';
import { homeViews, storyViews } from './home-examples.ts';
import { threadLines } from './note-examples.ts';
import { planMessages, planViews } from './plan-examples.ts';
import { noCalls } from './slack-fixtures.ts';
import { summaryMessages } from './summary-examples.ts';

// Writes docs/messages.md: `npx node test/slack/messages-document.ts`. A test keeps it true.

const COLLEAGUE_ID = '22222222-2222-4222-8222-222222222222';
const SECOND_COLLEAGUE_ID = '33333333-3333-4333-8333-333333333333';
const headings: Record<Locale, string> = { de: 'Deutsch', en: 'English' };
const customer = { name: 'Miriam Kranz', email: 'm.kranz@example.com', phone: '+49 1511 2345678' };

const there: There = {
  ...{ uid: 'b7f3', serviceId: 1, staffId: STAFF_ID, hostId: 7, hostName: 'Petra Vogt', eventTypeId: 91 },
  ...{ startsAtText: '2025-11-28 09:30:00.000', isCancelled: false },
};

export const documentFile = path.join(import.meta.dirname, '../../docs/messages.md');

/** The whole document: every message and dialog as text, and what is read aloud of each message. */
export async function messagesDocument(): Promise<string> {
  const sections: string[] = [
    '# What people see in Slack',
    'Every message and dialog of the bot, drawn as text by `npx node test/slack/messages-document.ts`. A test compares ' +
      'this page with what the code renders. `[*…*]` is the button that helps most often. Under each message stands ' +
      'the text that notifications show and screen readers speak. All people are invented.',
  ];
  for (const locale of locales) {
    const voice = createVoice({ locale, timeZone: 'Europe/Berlin' });
    sections.push(`## ${headings[locale]}`, '### Messages in the channel', ...messages(voice));
    sections.push('### Lines in the thread', fenced(threadLines(voice)));
    sections.push('### Dialogs', ...(await dialogs(voice)));
    sections.push('### The App Home, and the story of an appointment', ...(await pages(voice)));
    sections.push('### Said to one person alone', ...(await asides(voice)));
  }
  return `${sections.join('\n\n')}\n`;
}

function messages(voice: Voice): string[] {
  const open = (change: Parameters<typeof situation>[0], now = NOW) => {
    const shown: Situation = situation({ customer, ...change });
    return { ...openAlert(shown, voice, now), buttons: caseButtons(shown, 1, { voice, now }) };
  };
  const external = {
    cause: 'external' as const,
    from: '2025-11-26T13:00:00.000+01:00',
    to: '2025-11-26T17:00:00.000+01:00',
  };
  const conflict = { failureKind: 'host_conflict', failureCause: 'external', failureEvidence: [external] };
  const attended = {
    ...{ takenBy: 'U0EMIL', touchedAt: NOW },
    ...{ snoozedUntil: new Date('2025-11-25T07:00:00.000Z'), snoozedBy: 'U0EMIL' },
  };
  const figures = {
    ...{ failed: 23, critical: 3, manualReview: 23, ancient: 6, pending: 25 },
    successRate24h: 66.67,
    health: 'red' as const,
  };
  const installation = {
    installationId: 'x',
    mode: 'held' as const,
    since: NOW,
    byWhom: 'bot',
    adoptedAt: NOW,
  };
  return [
    open({ record: conflict }),
    open({ record: conflict }, new Date('2025-11-26T10:00:00.000Z')),
    ...conflictsOfOtherCauses.map((failureEvidence) => open({ record: { ...conflict, failureEvidence } })),
    open({ record: { ...conflict, ...attended } }),
    open({ record: { failureKind: 'contact_invalid' }, customer: { ...customer, phone: null } }),
    open({ record: { failureKind: 'no_staff' }, appointment: { staffId: null }, staffName: null }),
    besideRoute(open({ record: { failureKind: 'event_type_missing' } }), 'C0BERLIN', voice),
    open({ record: { failureKind: 'two_truths', dueAt: null, bookingUid: there.uid, there } }),
    open({ record: { failureKind: 'cancelled_there', dueAt: null, bookingUid: null } }),
    endedAlert({ id: 748, resolution: 'synced', situation: situation({}), at: NOW, touch: null }, voice),
    endedAlert({ id: 750, resolution: 'closed:cancelled', situation: situation({}), ...settledBy }, voice),
    endedAlert({ id: 751, resolution: 'synced', situation: null, at: NOW, touch: null }, voice),
    endedAndUndoable(voice),
    incidentAlert({ kind: 'unavailable', since: NOW, waiting: 25 }, voice, addMs(NOW, 5 * MINUTE)),
    incidentAlert({ kind: 'unauthorized', since: NOW, waiting: 25 }, voice, addMs(NOW, 5 * MINUTE)),
    heldAlert(installation, figures, voice),
    ...planMessages(figures, voice),
    morningContent(night, voice),
    surplusAlert({ read: 214, changed: 0, missing: 0, doubled: [748], orphaned: [750, 751] }, voice),
    endedSurplus(voice),
    ...summaryMessages(figures, voice),
    listContent([748, 750, 751, 752], voice),
    content({ tone: 'done', headline: voice.texts.upkeep.waiting.over }),
    cleanupContent(cleanup, undoOffer(undo, voice.texts.undo.notices.reopened, { voice, now: NOW }), voice),
    undoneContent({ by: 'U0EMIL', at: NOW }, { undone: [661, 662], changed: [663] }, voice),
  ].map(drawMessage);
}

const visitRange = { from: '2025-11-26T15:00:00+01:00', to: '2025-11-26T17:15:00+01:00' };
const conflictsOfOtherCauses: Evidence[] = [
  [{ cause: 'orphan', appointmentId: 733, bookingUid: 'uid', ...visitRange }],
  [{ cause: 'own_booking', appointmentId: 748, bookingUid: 'uid', ...visitRange }],
  [
    { cause: 'another_appointment', appointmentId: 750, ...visitRange },
    { cause: 'external', ...visitRange },
  ],
  [{ cause: 'other_installation', ...visitRange }],
  [{ cause: 'other_booking', ...visitRange }],
  [{ cause: 'outside_hours', from: '2025-11-26T08:00:00+01:00', to: '2025-11-26T14:00:00+01:00' }],
  [{ cause: 'notice', minutes: 1440, from: '2025-11-27T12:00:00+01:00' }],
  [{ cause: 'window', days: 14, to: '2025-11-25T23:59:59+01:00' }],
  [{ cause: 'host_calendar', from: '2025-11-19T00:00:00+01:00', to: '2025-12-11T00:00:00+01:00' }],
  [{ cause: 'no_slots', from: '2025-11-26T00:00:00+01:00', to: '2025-11-27T00:00:00+01:00' }],
  [{ cause: 'busy', ...visitRange }],
];
const night = {
  ...{ from: new Date('2025-11-24T19:00:00.000Z'), until: new Date('2025-11-25T06:00:00.000Z') },
  ...{ open: 3, cleared: [{ appointmentId: 748, resolution: 'synced' }] },
};
const settledBy = {
  at: NOW,
  touch: {
    appointmentId: 750,
    at: NOW,
    actor: 'U0EMIL',
    action: 'cancelled' as const,
    reason: 'Kundin hat angerufen',
  },
};

/** Somebody rescheduled it a moment ago. */
function endedAndUndoable(voice: Voice): Content {
  const ended = endedAlert(
    { id: 751, resolution: 'synced', situation: situation({}), at: NOW, touch: null },
    voice,
  );
  const change = { ...undo, subject: 'change:41' as const, reachesCalcom: true };
  const offer = undoOffer(change, voice.texts.undo.notices.changedMail, { voice, now: NOW });
  return { ...ended, buttons: offer ? [offer.button] : [] };
}

const cleanup = { runId: 12, finishedAt: NOW, cancelled: [661, 662, 663], done: 2 };
const undo = { id: 1, subject: 'cleanup:12' as const, doneAt: NOW, asked: null, reachesCalcom: false };

function drawMessage(shown: Content): string {
  const { text, blocks } = contentMessage(shown);
  return `${fenced(drawBlocks(blocks))}\n\n> ${text}`;
}

function fenced(text: string): string {
  return ['```text', text, '```'].join('\n');
}

/** Cal.com offers the same free times to everybody but the second colleague. */
const calls: Calls = {
  ...noCalls,
  read: (_asked, call) => {
    const slots: Calcom['slots'] = async ({ eventTypeId, from, to }) =>
      [45, 46, 47, 70, 71, 118]
        .map((hours) => addMs(NOW, hours * HOUR))
        .filter((slot) => eventTypeId !== 93 && slot >= from && slot < to)
        .filter((slot) => eventTypeId !== 91 || slot.getTime() !== addMs(NOW, 46 * HOUR).getTime());
    return call({ slots } as Calcom);
  },
};

async function prepareCase(db: Db): Promise<void> {
  await db('customers').update(customer);
  await db('staff').insert([
    { id: COLLEAGUE_ID, name: 'Lea Brandt' },
    { id: SECOND_COLLEAGUE_ID, name: 'Murat Yildiz' },
  ]);
  const staff = [STAFF_ID, COLLEAGUE_ID, SECOND_COLLEAGUE_ID];
  await db('calcom_event_map').insert(
    staff.map((staff_id, index) => ({ service_id: 1, staff_id, event_type_id: 91 + index })),
  );
  await insertFailed(db, 748, { startsInMs: 46 * HOUR });
  await db('sync_attempts').insert({
    ...{ appointment_id: 748, operation: 'book', request: '{}', intent_at: toSqlInstant(NOW) },
    ...{
      outcome: 'refused',
      http_status: 400,
      raw_answer: '{"status":"error","error":{"message":"not available"}}',
    },
  });
  await db.transaction(async (tx) => {
    const now = addMs(NOW, -MINUTE);
    await appendHistory(
      tx,
      { appointmentId: 748, at: now, actor: 'bot', action: 'failed', reason: 'host_conflict' },
      { appointmentId: 748, at: now, actor: 'U0SABINE', action: 'asked_again' },
    );
    await raiseAlert(tx, { subject: subjectOf(748), appointmentId: 748, now });
  });
}

async function withCase<T>(run: (db: Db) => Promise<T>): Promise<T> {
  const [engine] = databases();
  if (!engine) throw new Error('there is no database to render with');
  const opened = await openAlertDatabase(engine);
  try {
    await prepareCase(opened.db);
    return await run(opened.db);
  } finally {
    await opened.close();
  }
}

const askWith = (db: Db, voice: Voice, change: { calls?: Calls; text?: string } = {}) => ({
  ...{ db, voice, actor: 'U0EMIL', now: NOW, text: '', calls, clock: createTestClock() },
  timeZone: 'Europe/Berlin',
  ...change,
});

function dialogs(voice: Voice): Promise<string[]> {
  return withCase(async (db) => {
    const drawn: string[] = [];
    const draw = async (action: DialogAction, change: { calls?: Calls } = {}) => {
      const dialog = await openDialog(askWith(db, voice, change), { action, appointmentId: 748 });
      if ('tone' in dialog) throw new Error(`${action} did not open`);
      drawn.push(fenced(drawView(dialogView(dialog))));
    };
    for (const action of dialogActions) if (action !== 'decide') await draw(action);
    await draw('reschedule', { calls: noCalls });
    drawn.push(...(await warnings(db, voice)));
    await collide(db);
    await draw('reschedule');
    await draw('reassign');
    await db('appointment_syncs')
      .where({ appointment_id: 748 })
      .update({
        ...{ failure_kind: 'two_truths', booking_uid: there.uid, there: thereText(there) },
      });
    await draw('decide');
    return [...drawn, ...planViews(voice).map((view) => fenced(drawView(view)))];
  });
}

/** The same forms, with a warning, for who wants it all the same. */
async function warnings(db: Db, voice: Voice): Promise<string[]> {
  await db('customers').insert({ id: 2, name: 'Rosa Keller', email: 'rosa@example.com' });
  const ask = askWith(db, voice);
  const entered = {
    reschedule: { date: '2025-11-28', time: '06:00' },
    reassign: { staff: SECOND_COLLEAGUE_ID },
    fix_contact: { email: 'rosa@example.com', phone: customer.phone },
  };
  const drawn: string[] = [];
  for (const action of ['reschedule', 'reassign', 'fix_contact'] as const) {
    const dialog = await openDialog(ask, { action, appointmentId: 748 });
    if ('tone' in dialog) throw new Error(`${action} did not open`);
    const answer = await submitDialog(ask, { action, shown: dialog.shown, values: entered[action] });
    if (answer.is !== 'warned') throw new Error(`${action} did not warn`);
    drawn.push(fenced(drawView(dialogView(answer.dialog))));
  }
  return drawn;
}

/** Another of ours stands in the way. */
async function collide(db: Db): Promise<void> {
  await insertFailed(db, 750, { startsInMs: 46 * HOUR + MINUTE });
  const rival = { appointmentId: 750, ...visitRange };
  const evidence = JSON.stringify([{ cause: 'another_appointment', ...rival }]);
  await db('appointment_syncs').where({ appointment_id: 748 }).update({ failure_evidence: evidence });
  const booked = { state: 'synced', failure_kind: null, booking_uid: 'uid', pushed_service_id: 1 };
  const { starts_at } = await db('appointments').where({ id: 750 }).first();
  const pushed = { pushed_staff_id: STAFF_ID, pushed_start: starts_at, pushed_event_type_id: 91 };
  await db('appointment_syncs')
    .where({ appointment_id: 750 })
    .update({ ...booked, ...pushed });
}

function pages(voice: Voice): Promise<string[]> {
  return withCase(async (db) => [
    ...(await homeViews(db, voice)).map(({ blocks }) => fenced(drawBlocks(blocks))),
    ...(await storyViews(db, voice)).map((view) => fenced(drawView(view))),
  ]);
}

function asides(voice: Voice): Promise<string[]> {
  return withCase(async (db) => {
    const say = (text: string) => askWith(db, voice, { text });
    const answers = [
      ...(await answerStatus(say(''))),
      ...(await answerStatus(say('999'))),
      await answerResync(say('help')),
      await answerResync(say('999')),
      await refusal(db, voice),
    ];
    const ask = askWith(db, voice, { text: JSON.stringify({ appointment: 748, revision: 1 }) });
    const dialog = await openDialog(ask, { action: 'cancel', appointmentId: 748 });
    if ('tone' in dialog) throw new Error('cancel did not open');
    const submission = { action: 'cancel' as const, shown: dialog.shown, values: { reason: '–' } };
    const retried = [await answerRetry(ask), await answerRetry(ask)];
    await submitDialog(ask, submission);
    const late = await submitDialog({ ...ask, actor: 'U0MONA' }, submission);
    const { texts } = voice;
    return [
      ...[...answers, ...retried].map(drawMessage),
      fenced(late.is === 'late' ? drawView(contentView(late.content, dialog.title, voice)) : ''),
      ...[
        texts.dialogs.cancelThere.done(748),
        ...[texts.dialogs.cancelThere.wanted, texts.dialogs.cancelThere.unreadable],
        ...[texts.dialogs.pressAgain, texts.dialogs.late.held, texts.dialogs.done],
        ...[texts.dialogs.take.taken(748), texts.dialogs.take.yours(748), texts.dialogs.take.given_back(748)],
        ...[texts.plan.started, texts.plan.late, texts.undo.changedOne(751), texts.undo.late],
      ].map((headline) => drawMessage(content({ tone: 'plain', headline }))),
    ];
  });
}

async function refusal(db: Db, voice: Voice): Promise<Content> {
  const nobody = async () => false;
  const access = createAccess({
    db,
    directory: { isListed: nobody, isInChannel: nobody, isAdmin: nobody },
    lists: { support: null, manager: null, engineer: null },
  });
  const asked = { deed: 'cancel', actor: 'U0MALLORY', appointmentId: null, voice, now: NOW } as const;
  const refused = await access.refusalOf(asked);
  if (refused === null) throw new Error('nobody was refused');
  return refused;
}

if (import.meta.main) writeFileSync(documentFile, await messagesDocument());
