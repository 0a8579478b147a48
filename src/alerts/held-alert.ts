import type { Figures } from '../appointments/figures.ts';
import type { Installation } from '../appointments/installation.ts';
import { type Content, content } from './content.ts';
import { figureFacts } from './figure-facts.ts';
import type { Voice } from './voice.ts';

/** The bot is held: what that means, the figures, and the button that starts it. */
export function heldAlert(installation: Installation, figures: Figures, voice: Voice): Content {
  const { held, plan } = voice.texts;
  const stoppedBy = installation.byWhom === 'bot' ? null : installation.byWhom;
  const facts = figureFacts(figures, voice);
  return content({
    tone: 'notice',
    headline: held.headline,
    paragraphs: stoppedBy === null ? [held.adopted, held.plan] : [held.stopped, held.plan],
    facts: stoppedBy === null ? facts : [{ label: held.stoppedBy, value: '', actor: stoppedBy }, ...facts],
    notes: [held.thenStart],
    buttons: [
      { action: 'open_plan', label: plan.look, isPrimary: true },
      { action: 'start_sync', label: held.start, confirm: held.confirm },
    ],
  });
}

/** What is left of it once the bot runs: by whom and when. */
export function endedHold(installation: Installation, voice: Voice): Content {
  const { held } = voice.texts;
  // It may be held again by the time that this is shown.
  const { since, byWhom } = installation.mode === 'running' ? installation : { since: null, byWhom: null };
  return content({
    tone: 'done',
    headline: held.running,
    facts: [
      ...(byWhom === null ? [] : [{ label: held.startedBy, value: '', actor: byWhom }]),
      ...(since === null ? [] : [{ label: voice.texts.incident.since, value: voice.date(since) }]),
    ],
  });
}
