import type { Found } from '../appointments/reconciliations.ts';
import { type Content, content } from './content.ts';
import { namedIds } from './day-story.ts';
import type { Voice } from './voice.ts';

/** What the last whole comparison found too much of in Cal.com: what the bot cannot decide, or must not by itself. */
export function surplusAlert({ doubled, orphaned }: Found, voice: Voice): Content {
  const { surplus, summary } = voice.texts.upkeep;
  const { plan } = voice.texts;
  const { comparison } = summary;
  return content({
    tone: 'warning',
    headline: surplus.headline,
    paragraphs: [surplus.why],
    items: [
      ...(doubled.length > 0 ? [comparison.doubled(doubled.length, namedIds(doubled))] : []),
      ...(orphaned.length > 0 ? [comparison.orphaned(orphaned.length, namedIds(orphaned))] : []),
    ],
    buttons: orphaned.length > 0 ? [{ action: 'open_plan', label: plan.look, isPrimary: true }] : [],
  });
}

export function endedSurplus({ texts }: Voice): Content {
  return content({ tone: 'done', headline: texts.upkeep.surplus.over });
}
