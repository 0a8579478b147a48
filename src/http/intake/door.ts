// THE DOOR lives in this folder: how voice agents and web forms ask for an appointment. It reads what was said, has it
// decided, and answers in a sentence; what is stored is found by the engine like every other appointment.
import { createPatientCalls } from '../../alerts/patient-calls.ts';
import { type Locale, localeOf } from '../../alerts/texts.ts';
import { forgetOldTurns } from '../../appointments/door-turns.ts';
import { type Clock, systemClock } from '../../clock.ts';
import type { Db } from '../../database.ts';
import { MINUTE, SECOND } from '../../instant.ts';
import type { Log } from '../../log.ts';
import type { Calls } from '../../sync/calls.ts';
import { type HttpAnswer, type HttpRequest, jsonAnswer, type Route } from '../route.ts';
import { type Decision, decide } from './decide.ts';
import { type DoorRequest, readRequest } from './read-request.ts';
import { isSigned } from './signature.ts';
import { answerOf } from './speak.ts';

export interface DoorDeps {
  db: Db;
  calls: Calls;
  clock: Clock;
  log: Log;
  settings: { intakeSecret: string; timeZone: string; locale: Locale };
  /** Called when an appointment was stored: the engine need not wait for its next look. */
  onAccepted: () => void;
}

/** Somebody holds the line: an answer comes within two seconds, of which Cal.com gets this much of real time. */
const CALCOM_MS_MAX = 1.5 * SECOND;
const COMPLAIN_EVERY_MS = MINUTE;
const LANGUAGES: [RegExp, Locale][] = [
  [/^(deutsch|german)/i, 'de'],
  [/^(englisch|english)/i, 'en'],
];

/** `POST /appointments`: see docs/door.md. Signatures are checked by real time, since Retell signs by it. */
export function doorRoute(deps: DoorDeps): Route {
  const { log, settings } = deps;
  let complainedAt = 0;

  /** Once a minute: anybody can send requests, and a wrong secret must still be found in the log. */
  function complain(now: Date): void {
    if (now.getTime() - complainedAt < COMPLAIN_EVERY_MS) return;
    complainedAt = now.getTime();
    log.warn({ path: '/appointments', variable: 'INTAKE_SECRET' }, 'signature.refused');
  }

  async function answer({ headers, body }: HttpRequest): Promise<HttpAnswer> {
    const now = systemClock.now();
    const signed = { header: headers['x-retell-signature'], body };
    if (!isSigned(signed, { secret: settings.intakeSecret, now })) {
      complain(now);
      return jsonAnswer(401, { error: 'unauthorized' });
    }
    const request = readRequest(body);
    return 'error' in request ? jsonAnswer(400, request) : serve(deps, request);
  }
  return { method: 'POST', path: '/appointments', answer };
}

async function serve(deps: DoorDeps, request: DoorRequest): Promise<HttpAnswer> {
  const { log, clock, settings } = deps;
  const now = clock.now();
  const decision = await decideInTime(deps, request, now);
  const appointmentId = 'appointment' in decision ? decision.appointment.id : null;
  log.info({ outcome: decision.is, appointmentId }, 'door.answered');
  const locale = languageOf(request.wish.language) ?? settings.locale;
  const said = answerOf(decision, { locale, timeZone: settings.timeZone, now });
  return jsonAnswer(decision.is === 'failed' ? 500 : 200, said);
}

async function decideInTime(deps: DoorDeps, request: DoorRequest, now: Date): Promise<Decision> {
  const { db, calls, log, settings } = deps;
  const decided = new AbortController();
  const patience = { clock: systemClock, ms: CALCOM_MS_MAX, signal: decided.signal };
  const patient = createPatientCalls(calls, patience);
  try {
    const decision = await decide({ db, calls: patient, timeZone: settings.timeZone }, request, now);
    if (decision.is === 'accepted' || decision.is === 'noted') {
      deps.onAccepted();
      await forgetOldTurns(db, now).catch((error) => log.warn({ err: error }, 'door.turns_kept'));
    }
    return decision;
  } catch (error) {
    log.error({ err: error }, 'door.failed');
    return { is: 'failed' };
  } finally {
    decided.abort();
  }
}

function languageOf(text: string | null): Locale | undefined {
  return localeOf(text ?? undefined) ?? LANGUAGES.find(([words]) => words.test(text ?? ''))?.[1];
}
