import assert from 'node:assert/strict';
import { playScenario } from '../../sandbox/play-scenario.ts';
import type { Scenario } from '../../sandbox/scenario.ts';
import type { Interaction, StoredMessage, StoredView } from '../../sandbox/slack/start-slack.ts';
import { ALERT_CHANNEL, type Stage } from '../../sandbox/stage.ts';
import { readMessage } from '../slack/read-message.ts';

const LOOK_MS = 10;
const STEP_MS = 25;
const REAL_MS_MAX = 20_000;
const WAITING = /Einen Moment|One moment/;

export type FrontDesk = ReturnType<typeof createFrontDesk>;

/** What a person at the front desk sees and does in Slack, on a stage whose clock is frozen. */
export function createFrontDesk(stage: Stage, scenario: Scenario) {
  const { slack, clock, db } = stage;

  /** Looks again and again until `isSo`; between two looks the clock moves a little, as it does for people. */
  async function until(what: string, isSo: () => boolean, stepMs = STEP_MS): Promise<void> {
    const giveUpAt = performance.now() + REAL_MS_MAX;
    while (!isSo()) {
      if (performance.now() > giveUpAt) throw new Error(`waited in vain until ${what}`);
      clock.advance(stepMs);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  /** The present message about an appointment. */
  function alertOf(id: number): StoredMessage {
    const about = new RegExp(`^(Termin|Appointment) #${id}\\b`);
    const found = slack
      .messages(ALERT_CHANNEL)
      .findLast((message) => !message.deleted && about.test(message.text));
    assert.ok(found, `the channel has a message about #${id}`);
    return found;
  }

  const press = (user: string, ts: string, actionId: string): Promise<Interaction> =>
    slack.click({ user, channel: ALERT_CHANNEL, ts, actionId });

  const isFilled = (view: StoredView | undefined): view is StoredView =>
    view !== undefined && !WAITING.test(JSON.stringify(view.blocks));

  return {
    alertOf,
    press,
    until,
    /** Presses a button of the alert and waits until its dialog is filled. */
    async open(user: string, id: number, action: string, ts = alertOf(id).ts): Promise<StoredView> {
      const clicked = await press(user, ts, action);
      assert.ok(clicked.acknowledged, clicked.personSaw ?? 'not acknowledged');
      await until(`${action} of #${id} is filled`, () => isFilled(slack.viewOf(user)));
      return slack.viewOf(user) as StoredView;
    },
    /** Submits the open dialog: values by field. */
    submit(user: string, values: Record<string, string>): Promise<Interaction> {
      const byBlock = Object.entries(values).map(([field, value]) => [field, { [field]: value }]);
      return slack.submitView({ user, values: Object.fromEntries(byBlock) });
    },
    /** Lets the bot do whatever is to be done. */
    settle: () => playScenario(stage, { ...scenario, steps: [{ do: 'settle' }] }),
    read: (message: Pick<StoredMessage, 'blocks'>) => readMessage(message),
    /** The lines under the alert. */
    threadOf: (id: number) => slack.thread(ALERT_CHANNEL, alertOf(id).ts).map((reply) => readMessage(reply)),
    /** What waits for somebody; what a plan did is only told. */
    openAlerts: (): Promise<string[]> =>
      db('alerts').whereNotNull('open_subject').whereNot('subject', 'like', 'plan:%').pluck('subject'),
    record: (id: number) => db('appointment_syncs').where({ appointment_id: id }).first(),
    appointment: (id: number) => db('appointments').where({ id }).first(),
    history: (id: number): Promise<string[]> =>
      db('history').where({ appointment_id: id }).orderBy('id').pluck('action'),
  };
}
