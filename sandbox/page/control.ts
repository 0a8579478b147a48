// What a person can do on the page. Each action calls the look-alikes' own functions, and nothing else.

import { DateTime } from 'luxon';
import { z } from 'zod';
import { refusalRule } from '../calcom/faults.ts';
import { plannedRefusal } from '../calcom-shape.ts';
import type { Interaction } from '../slack/slack-look-alike.ts';
import { faultNames } from './fault-switches.ts';
import { TIME_ZONE } from './page-stage.ts';
import type { PageParts } from './picture.ts';

/** An action that cannot be done, with the reason for the person. */
export class ControlError extends Error {
  override readonly name = 'ControlError';
}

/** What the person sees of it: Slack's own words when the app failed the person. */
export interface ControlAnswer {
  personSaw?: string;
  /** What the bot's door says to the caller. */
  say?: string;
}

type Control = (parts: PageParts, body: unknown) => Promise<ControlAnswer>;

const id = z.string().min(1).max(255);
const text = z.string().max(12_000);
const instant = z.iso.datetime({ offset: true });
const value = z.union([text, z.array(text)]).optional();
const inChannel = { user: id, channel: id };
const inView = { user: id, viewId: id };
const external = { hostId: z.int(), start: instant, end: instant };

export const controls: Record<string, Control> = {
  say: control(
    z.strictObject({ ...inChannel, text: text.min(1), threadTs: id.optional() }),
    async ({ stage }, said) => {
      stage.slack.say(given(said));
    },
  ),
  command: control(
    z.strictObject({ ...inChannel, command: id, text: text.default('') }),
    async ({ stage, deeds, commands }, asked) => {
      if (!commands.some(({ command }) => command === asked.command))
        return { personSaw: `${asked.command} is not a valid command.` };
      deeds.note(asked.user, 'command', { text: `${asked.command} ${asked.text}`.trim() });
      return seen(await stage.slack.command(asked));
    },
  ),
  click: control(
    z.strictObject({
      ...inChannel,
      ts: id,
      actionId: id,
      blockId: id.optional(),
      value,
      label: text.default(''),
    }),
    async ({ stage, deeds }, { label, ...clicked }) => {
      deeds.note(clicked.user, 'click', { text: label || clicked.actionId });
      return seen(await stage.slack.click(given(clicked) as Parameters<typeof stage.slack.click>[0]));
    },
  ),
  'click-in-view': control(
    z.strictObject({ ...inView, actionId: id, blockId: id.optional(), value, label: text.default('') }),
    async ({ stage, deeds }, { label, ...clicked }) => {
      deeds.note(clicked.user, 'click', { text: label || clicked.actionId });
      return seen(await stage.slack.clickInView(given(clicked)));
    },
  ),
  'submit-view': control(
    z.strictObject({
      ...inView,
      values: z.record(id, z.record(id, z.unknown())),
      label: text.default(''),
    }),
    async ({ stage, deeds }, { label, ...submitted }) => {
      deeds.note(submitted.user, 'submit', { text: label });
      return seen(await stage.slack.submitView(submitted));
    },
  ),
  'close-view': control(z.strictObject(inView), async ({ stage }, closed) =>
    seen(await stage.slack.closeView(closed)),
  ),
  'open-home': control(z.strictObject({ user: id }), async ({ stage }, { user }) => {
    await stage.slack.openHome(user);
  }),
  'move-booking': control(
    z.strictObject({ user: id, uid: id, start: instant }),
    async ({ stage, deeds }, { user, uid, start }) => {
      await stage.calcom.hands.move(uid, new Date(start));
      deeds.note(user, 'own-move', { start });
    },
  ),
  'cancel-booking': control(
    z.strictObject({ user: id, uid: id, reason: text.min(1) }),
    async ({ stage, deeds }, { user, uid, reason }) => {
      await stage.calcom.hands.cancel(uid, reason);
      deeds.note(user, 'own-cancel');
    },
  ),
  'add-external': control(
    z.strictObject({ user: id, ...external, title: text.optional() }),
    async ({ stage, deeds }, { user, ...entry }) => {
      stage.calcom.hands.addExternal(entry);
      deeds.note(user, 'own-add', { start: entry.start });
    },
  ),
  'remove-external': control(
    z.strictObject({ user: id, ...external }),
    async ({ stage, deeds }, { user, ...entry }) => {
      stage.calcom.hands.removeExternal(entry);
      deeds.note(user, 'own-remove', { start: entry.start });
    },
  ),
  'ask-appointment': control(
    z.strictObject({ user: id, wish: z.record(id, text) }),
    async ({ stage, deeds }, { user, wish }) => {
      if (!stage.askDoor) throw new ControlError('no door of a bot is open here');
      const say = await stage.askDoor(wish);
      deeds.note(user, 'ask-appointment', { text: Object.values(wish).join(', ') });
      return { say };
    },
  ),
  fault: control(
    z.strictObject({ user: id, name: z.enum(faultNames), on: z.boolean() }),
    async ({ faults, deeds }, { user, name, on }) => {
      await faults.set(name, on);
      deeds.note(user, on ? 'fault-on' : 'fault-off', { fault: name });
    },
  ),
  refusal: control(
    z.strictObject({ user: id, ...plannedRefusal.shape }),
    async ({ stage, deeds }, { user, times = 1, ...planned }) => {
      stage.calcom.faults.add(refusalRule({ ...planned, times }));
      deeds.note(user, 'fault-on', { fault: planned.name });
    },
  ),
  clock: control(
    z.strictObject({ user: id, to: z.enum(['in-10-minutes', 'in-an-hour', 'tomorrow-08:00']) }),
    async ({ stage, deeds }, { user, to }) => {
      stage.clock.moveTo(goalOf(to, stage.clock.now()));
      stage.nudge?.();
      deeds.note(user, 'clock', { start: stage.clock.now().toISOString() });
    },
  ),
};

/** Checks the body first; whatever the look-alike refuses becomes a ControlError with its words. */
function control<T>(
  shape: z.ZodType<T>,
  act: (parts: PageParts, body: T) => Promise<ControlAnswer> | Promise<void>,
): Control {
  return async (parts, body) => {
    const read = shape.safeParse(body);
    if (!read.success) throw new ControlError(z.prettifyError(read.error));
    try {
      return (await act(parts, read.data)) ?? {};
    } catch (error) {
      throw new ControlError(error instanceof Error ? error.message : String(error), { cause: error });
    }
  };
}

function seen({ personSaw }: Interaction): ControlAnswer {
  return personSaw === undefined ? {} : { personSaw };
}

type Given<T> = { [Key in keyof T]: Exclude<T[Key], undefined> };

/** Without what was left out: the look-alikes tell a missing field from one that is undefined. */
function given<T extends object>(fields: T): Given<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, each]) => each !== undefined)) as Given<T>;
}

function goalOf(to: 'in-10-minutes' | 'in-an-hour' | 'tomorrow-08:00', now: Date): Date {
  const here = DateTime.fromJSDate(now, { zone: TIME_ZONE });
  if (to === 'in-10-minutes') return here.plus({ minutes: 10 }).toJSDate();
  if (to === 'in-an-hour') return here.plus({ hours: 1 }).toJSDate();
  return here.plus({ days: 1 }).startOf('day').set({ hour: 8 }).toJSDate();
}
