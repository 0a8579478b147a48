import { plural } from './plural.ts';
import type { upkeepDe } from './upkeep-texts-de.ts';

const language = 'en-GB';
const appointments = (n: number) => plural(language, n, { one: 'appointment', other: 'appointments' });

export const upkeepEn: typeof upkeepDe = {
  summary: {
    headline: (day, health) => `Daily summary, ${day}: ${health}`,
    headlineNow: (health) => `How things stand now: ${health}`,
    happened: (parts) => `In the last 24 hours: ${parts}.`,
    nothingHappened: 'In the last 24 hours nothing was booked, changed or closed.',
    outcomes: {
      booked: (n) => `${n} booked`,
      repaired: (n) => `${n} booked after a failure`,
      adopted: (n) => `${n} linked to a booking that stood`,
      moved: (n) => `${n} moved`,
      reassigned: (n) => `${n} reassigned`,
      cancelled: (n) => `${n} cancelled`,
      cleaned: (n) => `${n} closed after they were over`,
    },
    yesterday: 'yesterday',
    missing: (day) => `There is no daily summary for ${day}.`,
    hint: '/sync-summary yesterday shows the summary of yesterday',
    help: [
      '/sync-summary shows how things stand now, beside the last daily summary',
      '/sync-summary yesterday shows the summary of a day, also: today, 24.11.2025, 2025-11-24',
    ],
  },

  cleanup: {
    headline: (n) => `Cleaned up: ${appointments(n)} closed`,
    cancelled: (ids) =>
      `Over and never booked, now cancelled in the booking system: ${ids}. Nobody outside was told.`,
    done: (n) =>
      `Over and booked in Cal.com: ${appointments(n)}. Nothing changes about them, the bot is just done with them.`,
  },
};
