import type { Theme } from './faults.ts';

/** A safety of the protocol, and how it is taken out of the source, to see that the simulation misses it. */
export interface Guard {
  name: string;
  /** What it guards against. */
  theme: Theme;
  edits: { file: string; from: string; to: string }[];
}

const RECORD = 'src/appointments/write-record.ts';
const ATTEMPTS = 'src/appointments/attempts.ts';

export const guards: Guard[] = [
  {
    name: 'durable intent',
    theme: 'crashes',
    edits: [
      {
        file: ATTEMPTS,
        from: '(SELECT MAX(t.id) FROM sync_attempts t WHERE t.appointment_id = appointment_syncs.appointment_id)',
        to: 'NULL',
      },
    ],
  },
  {
    name: 'look-up before repeat',
    theme: 'crashes',
    edits: [
      {
        file: 'src/sync/landing.ts',
        from: "if (operation === 'book') return findOwnBooking(",
        to: "if (operation === 'book') return null; if (operation === 'book') return findOwnBooking(",
      },
    ],
  },
  {
    name: 'late-landing wait',
    theme: 'late landings',
    edits: [
      { file: 'src/sync/settle-attempt.ts', from: 'settings.lateLandingMs', to: '0' },
      { file: 'src/sync/failure.ts', from: 'work.settings.lateLandingMs', to: '0' },
    ],
  },
  {
    name: 'claim token',
    theme: 'stalls',
    edits: [
      { file: RECORD, from: ".where('claim_token', token)", to: '' },
      { file: ATTEMPTS, from: ".where('claim_token', token)", to: '' },
    ],
  },
  {
    name: 'same-transaction alert',
    theme: 'lost commits',
    edits: [
      { file: RECORD, from: 'await changeAlerts(tx, written);', to: '' },
      {
        file: RECORD,
        from: "if (recorded === 'lost') tellLost(db, claim);",
        to: `if (recorded === 'recorded') await transaction(db, (tx) => changeAlerts(tx, [outcome]));
          if (recorded === 'lost') tellLost(db, claim);`,
      },
    ],
  },
  {
    name: 'alert look-up',
    theme: 'lost posts',
    edits: [
      {
        file: 'src/alerts/deliver-alerts.ts',
        from: ': await poster.find(channel, mark, oldest);',
        to: ": { is: 'absent' };",
      },
    ],
  },
  {
    name: 'comparison with Cal.com',
    theme: 'changes in Cal.com',
    edits: [
      {
        file: 'src/sync/reconcile.ts',
        from: 'for (const booking of bookings) {',
        to: 'for (const booking of []) {',
      },
    ],
  },
];

/** The source without the guard. Throws when the source has changed and the guard cannot be found. */
export function withoutGuard(name: string, file: string, source: string): string {
  const guard = guards.find((each) => each.name === name);
  if (!guard)
    throw new Error(`there is no guard ${name}, but: ${guards.map((each) => each.name).join(', ')}`);
  return guard.edits
    .filter((edit) => file.endsWith(`/${edit.file}`))
    .reduce((text, { from, to }) => {
      if (text.split(from).length !== 2) throw new Error(`the guard ${name} is not where it was: ${from}`);
      return text.replace(from, () => to);
    }, source);
}
