import type { SyncRecord } from '../appointments/sync-record.ts';
import { type FailureKind, failureKinds, failureRules } from '../sync/failure-kinds.ts';
import type { FailureText } from './failure-texts-de.ts';
import type { Texts } from './texts.ts';

/** Why an appointment is not in Cal.com as it should be, in plain language, and who has to act. */
export interface Verdict extends FailureText {
  actor: 'nobody' | 'support' | 'engineer';
}

type Failure = Pick<SyncRecord, 'failureKind' | 'failureCause' | 'blockedBy'>;

export function verdictOf(record: Failure, { failures }: Texts): Verdict {
  const kind = failureKinds.find((known) => known === record.failureKind) ?? 'unknown';
  return { ...textOf(kind, record, failures), actor: failureRules[kind].actor };
}

function textOf(kind: FailureKind, record: Failure, failures: Texts['failures']): FailureText {
  if (kind === 'host_conflict') return conflictText(record, failures);
  if (kind !== 'duplicate' || record.blockedBy === null) return failures.kinds[kind];
  return { ...failures.kinds.duplicate, why: failures.duplicateOf(record.blockedBy) };
}

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
