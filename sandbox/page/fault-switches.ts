import type { Fault as CalcomFault, FaultRule as CalcomRule } from '../calcom/faults.ts';
import { ALERT_CHANNEL } from '../team.ts';
import type { PageStage } from './page-stage.ts';

export const faultNames = [
  'calcom-down',
  'calcom-slow',
  'calcom-429',
  'calcom-key-refused',
  'calcom-answer-lost',
  'slack-429',
  'slack-answer-lost',
  'slack-cut-off',
  'slack-archived',
] as const;
export type FaultName = (typeof faultNames)[number];

export interface FaultSwitches {
  /** The names of what is broken now. */
  on(): FaultName[];
  set(name: FaultName, isOn: boolean): Promise<void>;
}

type Mend = () => void | Promise<void>;

const SLOW_MS = 5_000;
/** Longer than any client waits that has its standard settings. */
const TOO_LATE_MS = 15_000;
const SLACK_RETRY_SECONDS = 20;
const POSTING = ['chat.postMessage', 'chat.update'];

/** What a person can break on either side, each switch until it is turned off again. */
export function createFaultSwitches(stage: PageStage): FaultSwitches {
  const broken = new Map<FaultName, Mend>();
  const breakIt = waysToBreak(stage);
  return {
    on: () => [...broken.keys()],
    async set(name, isOn) {
      const mend = broken.get(name);
      if (isOn && !mend) broken.set(name, await breakIt[name]());
      if (!isOn && mend) {
        broken.delete(name);
        await mend();
      }
    },
  };
}

function waysToBreak({ calcom, slack }: PageStage): Record<FaultName, () => Mend | Promise<Mend>> {
  const inCalcom = (fault: CalcomFault, at: Omit<CalcomRule, 'fault'> = {}) => {
    const { remove } = calcom.faults.add({ ...at, fault });
    return remove;
  };
  return {
    'calcom-down': () => inCalcom({ kind: 'down' }),
    'calcom-slow': () => inCalcom({ kind: 'slow', ms: SLOW_MS }),
    'calcom-429': () => inCalcom({ kind: 'refuse', name: 'throttled' }),
    'calcom-key-refused': () => inCalcom({ kind: 'refuse', name: 'key-not-valid' }),
    'calcom-answer-lost': () => inCalcom({ kind: 'commit_then_slow', ms: TOO_LATE_MS }, { method: 'POST' }),
    'slack-429': () =>
      removeAll(
        POSTING.map((method) =>
          slack.faults.add({
            method,
            fault: { kind: 'rate_limited', retryAfterSeconds: SLACK_RETRY_SECONDS },
          }),
        ),
      ),
    'slack-answer-lost': () =>
      removeAll(POSTING.map((method) => slack.faults.add({ method, fault: { kind: 'lands_then_reset' } }))),
    async 'slack-cut-off'() {
      await slack.pause();
      return () => slack.resume();
    },
    'slack-archived': () => {
      slack.setArchived(ALERT_CHANNEL, true);
      return () => slack.setArchived(ALERT_CHANNEL, false);
    },
  };
}

function removeAll(faults: { remove(): void }[]): Mend {
  return () => {
    for (const fault of faults) fault.remove();
  };
}
