import type { CalcomLookAlike } from '../calcom/start-calcom.ts';
import type { SandboxClock } from '../clock.ts';
import type { SlackLookAlike } from '../slack/start-slack.ts';

/** What stands behind the page: the look-alikes and their clock; the page knows no bot. */
export interface PageStage {
  clock: SandboxClock;
  calcom: CalcomLookAlike;
  slack: SlackLookAlike;
}

export const TIME_ZONE = 'Europe/Berlin';
