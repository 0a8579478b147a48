import type { Evidence, Finding } from '../appointments/evidence.ts';
import type { SyncRecord } from '../appointments/sync-record.ts';
import { type FailureKind, failureKinds, failureRules } from '../sync/failure-kinds.ts';
import type { ConflictTexts, FailureText, Found } from './failure-texts-de.ts';
import type { Texts } from './texts.ts';

/** Why an appointment is not in Cal.com as it should be, in plain language, and who has to act. */
export interface Verdict extends FailureText {
  actor: 'nobody' | 'support' | 'engineer';
}

type Failure = Pick<SyncRecord, 'failureKind' | 'failureCause' | 'failureEvidence' | 'blockedBy'>;

/** `staffName` is how the person is called who should do it; without it the sentence speaks of somebody. */
export function verdictOf(record: Failure, texts: Texts, staffName: string | null = null): Verdict {
  const kind = failureKinds.find((known) => known === record.failureKind) ?? 'unknown';
  return { ...textOf(kind, record, texts, staffName), actor: failureRules[kind].actor };
}

function textOf(kind: FailureKind, record: Failure, texts: Texts, staffName: string | null): FailureText {
  const { failures, language } = texts;
  if (kind === 'host_conflict') {
    const evidence = record.failureEvidence ?? [];
    if (evidence.length === 0) return conflictText(record, failures);
    return evidenceText(evidence, failures.conflicts, { language, staffName });
  }
  if (kind !== 'duplicate' || record.blockedBy === null) return failures.kinds[kind];
  return { ...failures.kinds.duplicate, why: failures.duplicateOf(record.blockedBy) };
}

/** What is known without evidence. */
function conflictText({ failureCause, blockedBy }: Failure, failures: Texts['failures']): FailureText {
  switch (failureCause) {
    case 'same_person':
      return blockedBy === null
        ? failures.samePerson
        : { ...failures.samePerson, why: failures.samePerson.whyNamed(blockedBy) };
    case 'taken':
      return failures.taken;
    case 'not_available':
      return failures.notAvailable;
    default:
      return failures.kinds.host_conflict;
  }
}

/** One sentence with everything that was found; what weighs most gives the headline. */
function evidenceText(
  evidence: Evidence,
  texts: ConflictTexts,
  { language, staffName }: { language: string; staffName: string | null },
): FailureText {
  const phrases = evidence.map((finding) => texts.causes[finding.cause].says(foundOf(finding, texts)));
  const list = new Intl.ListFormat(language, { type: 'conjunction' }).format(phrases);
  const { headline, advice } = texts.causes[(evidence[0] as Finding).cause];
  return { headline, why: `${staffName ?? texts.somebody} ${list}.`, advice };
}

const LONG_MS = 36 * 3_600_000;

function foundOf({ appointmentId, from, to, minutes, days }: Finding, texts: ConflictTexts): Found {
  const isLong = from !== undefined && to !== undefined && Date.parse(to) - Date.parse(from) > LONG_MS;
  const moment = from ? texts.since(momentOf(from, texts)) : to ? texts.until(momentOf(to, texts)) : '';
  const amount = minutes ? texts.atLeast(minutes) : days ? texts.atMost(days) : '';
  return {
    id: appointmentId,
    when: inBrackets(rangeOf(from, to, texts)),
    rule: inBrackets([amount, moment].filter((part) => part !== '').join('; ')),
    isLong,
  };
}

function inBrackets(text: string): string {
  return text === '' ? '' : ` (${text})`;
}

function rangeOf(from: string | undefined, to: string | undefined, texts: ConflictTexts): string {
  if (from && to) {
    const tell = (text: string) => (dayOf(from) === dayOf(to) ? timeOf(text) : momentOf(text, texts));
    return texts.between(tell(from), tell(to));
  }
  if (from) return texts.since(timeOf(from));
  return to ? texts.until(timeOf(to)) : '';
}

// Evidence is written in the salon's zone, so that its texts show the time on the salon's wall.
const dayOf = (text: string) => text.slice(0, 10);
const timeOf = (text: string) => text.slice(11, 16);
const momentOf = (text: string, { moment }: ConflictTexts) =>
  moment(text.slice(8, 10), text.slice(5, 7), timeOf(text));
