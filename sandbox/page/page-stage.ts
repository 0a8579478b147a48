import type { CalcomLookAlike } from '../calcom/start-calcom.ts';
import type { SandboxClock } from '../clock.ts';
import type { SlackLookAlike } from '../slack/start-slack.ts';

/** What stands behind the page: the look-alikes and their clock; the page knows no bot. */
export interface PageStage {
  clock: SandboxClock;
  calcom: CalcomLookAlike;
  slack: SlackLookAlike;
  /** Wakes who works on the other side when the clock was turned; they would notice by themselves in a minute. */
  nudge?: () => void;
  /** Asks for an appointment as a voice agent or web form does, and returns the sentence that it may speak. */
  askDoor?: (wish: Record<string, string>) => Promise<string>;
}

export const TIME_ZONE = 'Europe/Berlin';
