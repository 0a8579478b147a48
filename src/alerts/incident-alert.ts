import type { FailureKind } from '../sync/failure-kinds.ts';
import { type Content, content } from './content.ts';
import type { Voice } from './voice.ts';

/** Cal.com does not serve us: since when, what the bot does, and what a person has to do. */
export function incidentAlert(
  incident: { kind: FailureKind | null; since: Date; waiting: number },
  voice: Voice,
  now: Date,
): Content {
  const { incident: texts } = voice.texts;
  const { headline, why, advice } = textsOf(incident.kind, texts);
  const { since } = incident;
  return content({
    tone: 'critical',
    headline,
    paragraphs: [why, advice],
    facts: [
      {
        label: texts.since,
        value: voice.date(since),
        moment: { at: since, inWords: voice.relative(since, now) },
      },
      { label: texts.waiting, value: String(incident.waiting) },
    ],
    notes: [texts.noSingleAlerts],
  });
}

/** What is left of the incident when it is over. */
export function endedIncident({ since, until }: { since: Date; until: Date }, voice: Voice): Content {
  const { over, lasted } = voice.texts.incident;
  return content({
    tone: 'done',
    headline: over,
    paragraphs: [lasted(voice.date(since), voice.date(until))],
  });
}

function textsOf(kind: FailureKind | null, texts: Voice['texts']['incident']) {
  if (kind === 'unauthorized') return texts.unauthorized;
  return kind === 'rate_limited' ? texts.rateLimited : texts.unavailable;
}
