import { type PastAttempt, readLastAttempts } from '../appointments/attempts.ts';
import { readHistory } from '../appointments/history.ts';
import type { Situation } from '../appointments/situation.ts';
import { appointmentFacts, failureFacts, namedStaffOf } from './appointment-facts.ts';
import type { Fact } from './content.ts';
import type { Appendix, Dialog } from './dialog.ts';
import { type DialogAsk, shownOf } from './dialog-case.ts';
import { noteOf } from './note-text.ts';
import { storyWay } from './story.ts';
import { verdictOf } from './verdict.ts';

const HISTORY_MAX = 10;
const ATTEMPTS_MAX = 3;
const ANSWER_LENGTH_MAX = 600;

/** Everything about one appointment, the customer's whole contact included: only for who may see it. */
export async function detailsDialog(ask: DialogAsk, situation: Situation): Promise<Dialog> {
  const { db, voice, now } = ask;
  const { details: texts, close } = voice.texts.dialogs;
  const { record } = situation;
  const [history, attempts] = await Promise.all([
    readHistory(db, record.appointmentId, HISTORY_MAX),
    readLastAttempts(db, record.appointmentId, ATTEMPTS_MAX),
  ]);
  const verdict =
    record.failureKind === null ? null : verdictOf(record, voice.texts, namedStaffOf(situation, voice.texts));
  const lines = history.map((entry) => ({ when: voice.shortDate(entry.at), ...noteOf(entry, voice) }));
  return {
    action: 'details',
    title: texts.title(record.appointmentId),
    paragraphs: verdict === null ? [] : [verdict.why, verdict.advice],
    facts: [
      ...customerFacts(situation, ask),
      ...appointmentFacts(situation, voice, now),
      ...(verdict === null ? [] : failureFacts(situation, verdict.actor, voice, now)),
    ],
    fields: [],
    appendices: [
      { heading: history.length === 0 ? texts.noHistory : texts.history, lines, raw: null },
      ...attempts.flatMap((attempt) => answerOf(attempt, ask)),
    ],
    ways: [storyWay(record.appointmentId, voice)],
    submit: null,
    close,
    shown: shownOf(situation),
  };
}

function customerFacts({ customer, record }: Situation, { voice }: DialogAsk): Fact[] {
  const { details: texts } = voice.texts.dialogs;
  return [
    { label: texts.customer, value: customer?.name ?? texts.none },
    { label: texts.email, value: customer?.email ?? texts.none },
    { label: texts.phone, value: customer?.phone ?? texts.none },
    { label: texts.booking, value: record.bookingUid ?? texts.noBooking },
  ];
}

function answerOf({ rawAnswer, intentAt, status }: PastAttempt, { voice }: DialogAsk): Appendix[] {
  if (rawAnswer === null) return [];
  const { details: texts } = voice.texts.dialogs;
  const heading = texts.answer(voice.shortDate(intentAt), status === null ? texts.noStatus : String(status));
  return [{ heading, lines: [], raw: rawAnswer.slice(0, ANSWER_LENGTH_MAX) }];
}
