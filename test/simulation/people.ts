import { writeButtonValue } from '../../src/alerts/alert-buttons.ts';
import type { Dialog, FieldId, Submission } from '../../src/alerts/dialog.ts';
import type { DialogAsk } from '../../src/alerts/dialog-case.ts';
import { openDialog } from '../../src/alerts/open-dialog.ts';
import { answerRetry } from '../../src/alerts/retry.ts';
import { submitDialog } from '../../src/alerts/submit-dialog.ts';
import type { Voice } from '../../src/alerts/voice.ts';
import { MINUTE } from '../../src/instant.ts';
import { type Bot, type Bots, VOICE } from './bots.ts';
import type { Deeds } from './deeds.ts';
import { wantedStart } from './other-writers.ts';
import type { Random } from './random.ts';
import { STAFF } from './salon-image.ts';
import type { SimulatedDatabase, Stage } from './simulated-database.ts';

interface Clicking {
  stage: Stage;
  database: SimulatedDatabase;
  bots: Bots;
  voice: Voice;
  deeds: Deeds;
}

const ACTIONS = ['cancel', 'reschedule', 'reassign', 'fix_contact', 'decide'] as const;

/** Somebody in Slack does something about some appointment: with what is shown now, too late, or twice. */
export function click(clicking: Clicking): void {
  const { stage, database, bots } = clicking;
  const { random } = stage;
  const ids = database.raw.prepare('SELECT id FROM appointments').pluck().all() as number[];
  const alive = bots.alive();
  if (alive.length === 0 || ids.length === 0) return;
  const alerts = database.raw.prepare('SELECT * FROM alerts WHERE appointment_id IS NOT NULL').all();
  const alert = alerts.length > 0 ? (random.pick(alerts) as AlertSeen) : undefined;
  if (alert && random.chance(0.3)) {
    retry(clicking, alert);
    return;
  }
  const appointmentId = alert && random.chance(0.7) ? alert.appointment_id : random.pick(ids);
  run(stage, dialog(clicking, random.pick(alive), appointmentId));
}

interface AlertSeen {
  appointment_id: number;
  revision: number;
}

/** What a person hears is no matter; a click on a process that dies is lost. */
function run({ scheduler }: Stage, deed: Promise<unknown>): void {
  deed.catch((error) => scheduler.note(`a person is told of trouble: ${error.message}`));
}

function askOf({ voice }: Clicking, { db, calls, clock }: Bot, text = ''): DialogAsk {
  return { db, calls, clock, actor: 'U1', voice, now: clock.now(), text, timeZone: VOICE.timeZone };
}

/** Once or twice, at once or late, on any bot. */
function repeatedly({ stage, bots }: Clicking, deed: (bot: Bot) => Promise<unknown>): void {
  const { random, scheduler } = stage;
  const times = random.chance(0.3) ? 2 : 1;
  for (let time = 0; time < times; time++) {
    scheduler.after(random.chance(0.5) ? 0 : random.between(0, 2 * MINUTE), null, () => {
      const alive = bots.alive();
      if (alive.length > 0) run(stage, deed(random.pick(alive)));
    });
  }
}

function retry(clicking: Clicking, { appointment_id: appointmentId, revision }: AlertSeen): void {
  const value = writeButtonValue({ appointmentId, revision });
  repeatedly(clicking, async (bot) => {
    clicking.stage.scheduler.note(`a person retries ${appointmentId} by ${bot.process.name}`);
    clicking.deeds.asked.push({ appointmentId, atMs: clicking.stage.scheduler.nowMs() });
    await answerRetry(askOf(clicking, bot, value));
    bot.nudge();
  });
}

async function dialog(clicking: Clicking, bot: Bot, appointmentId: number): Promise<void> {
  const { scheduler, random } = clicking.stage;
  const action = isToDecide(clicking, appointmentId) ? 'decide' : random.pick(ACTIONS);
  scheduler.note(`a person opens ${action} of ${appointmentId} by ${bot.process.name}`);
  const filled = await openDialog(askOf(clicking, bot), { action, appointmentId });
  if (!('shown' in filled)) return;
  const submission = fillIn(filled, random);
  repeatedly(clicking, async (own) => {
    if (action === 'decide') clicking.deeds.asked.push({ appointmentId, atMs: scheduler.nowMs() });
    const answer = await submitDialog(askOf(clicking, own), submission);
    scheduler.note(`a person submits ${action} of ${appointmentId} by ${own.process.name}: ${answer.is}`);
    if (answer.is === 'done') own.nudge();
  });
}

/** Mostly a person does what the alert offers first. */
function isToDecide({ stage, database }: Clicking, appointmentId: number): boolean {
  const record = database
    .prepare("SELECT 1 FROM appointment_syncs WHERE appointment_id = ? AND failure_kind = 'two_truths'")
    .get(appointmentId);
  return record !== undefined && stage.random.chance(0.6);
}

function fillIn({ action, shown, fields }: Dialog, random: Random): Submission {
  const choice = (id: FieldId) => {
    const field = fields.find((each) => each.id === id);
    return field?.kind === 'choice' && field.choices.length > 0 ? random.pick(field.choices).value : null;
  };
  const values: Submission['values'] = {
    slot: random.chance(0.6) ? choice('slot') : wantedStart(random).toISOString(),
    staff: choice('staff') ?? random.pick(STAFF),
    truth: choice('truth'),
    reason: 'krank',
    email: `new${random.whole(1, 1_000)}@example.com`,
  };
  return { action, shown, values };
}
