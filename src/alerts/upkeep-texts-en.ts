import { plural } from './plural.ts';
import type { upkeepDe } from './upkeep-texts-de.ts';

const language = 'en-GB';
const appointments = (n: number) => plural(language, n, { one: 'appointment', other: 'appointments' });

export const upkeepEn: typeof upkeepDe = {
  surplus: {
    headline: 'There are bookings too many in Cal.com',
    why: 'The nightly comparison has found them. The bot does not cancel them by itself: somebody should look at them.',
    over: 'There is no booking too many in Cal.com any more.',
  },
  morning: {
    headline: (from, until) => `During the quiet hours (${from} to ${until})`,
    fired: (all, open, cleared) =>
      `${plural(language, all, { one: 'alert', other: 'alerts' })} about appointments: ${open} still open, ${cleared} settled meanwhile.`,
    openFollow: 'The open ones follow now, the most urgent first.',
    more: (n) => `and ${n} more that are settled`,
  },
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
      contactFixed: (n) => `${n} with a mended contact`,
      cancelled: (n) => `${n} cancelled`,
      closedByPlan: (n) => `${n} closed by a plan`,
      cleaned: (n) => `${n} closed after they were over`,
    },
    comparison: {
      compared: (n, what) =>
        `Compared with Cal.com: ${plural(language, n, { one: 'booking', other: 'bookings' })} to come, ${what}.`,
      equal: 'all as they should be',
      changed: (n) => `${n} changed there`,
      missing: (n) => `${n} no longer there`,
      doubled: (n, ids) => `${n} booked twice (${ids}; please cancel the surplus one in Cal.com)`,
      orphaned: (n, ids) => `${n} without an open appointment (${ids}; /sync-cleanup cancels them)`,
    },
    causes: (n, shares) => `${appointments(n)} failed in that time. Causes: ${shares}.`,
    business: (n, share) => `${n} business (${share})`,
    technical: (n, share) => `${n} technical (${share})`,
    tasksHeadline: 'To be solved at once:',
    tasks: {
      event_type: (n, eventType) => `${appointments(n)} share event type ${eventType}: one task`,
      unmapped_service: (n, service) => `${appointments(n)} for ${service} have no event type: one task`,
      host_calendar: (n, staff) => `${appointments(n)} depend on the calendar of ${staff}: one task`,
      contact: (n, ids) => `${appointments(n)} have the same unusable contact (${ids}): one task`,
      key: (n) => `${appointments(n)} wait for the key for Cal.com: one task`,
    },
    moreTasks: (n) => plural(language, n, { one: 'more common cause', other: 'more common causes' }),
    deeds: {
      rescheduled: (n) => `${n} moved`,
      reassigned: (n) => `${n} reassigned`,
      cancelled: (n) => `${n} cancelled`,
      contact_fixed: (n) => `${n} with a mended contact`,
      kept_ours: (n) => `${n} made as in the booking system`,
      took_theirs: (n) => `${n} made as in Cal.com`,
      asked_again: (n) => `${n} tried again`,
      taken: (n) => `${n} taken`,
      called: (n) => `${n} called`,
      noted: (n) => `${n} with a note`,
      adopted: (n) => `${n} linked`,
      closed: (n) => `${n} closed`,
      orphan_cancelled: (n) =>
        `${plural(language, n, { one: 'booking', other: 'bookings' })} without an appointment cancelled`,
      undone: (n) => `${n} undone`,
      reopened: (n) => `${n} opened again`,
      plan_started: () => 'plan started',
      held: () => 'bot stopped',
      started: () => 'bot started',
    },
    morePersons: (n) => `And ${plural(language, n, { one: 'more person', other: 'more persons' })}`,
    chart: {
      title: 'Appointments of the last 14 days',
      appointments: 'Appointments',
      days: 'Day of the summary',
      booked: 'booked',
      repaired: 'booked after a failure',
      failed: 'failed and open',
      missing: 'no summary',
      span: (from, to) => `${from} to ${to}`,
      counts: (booked, repaired, failed) => `${booked} booked, ${repaired} after failure, ${failed} open`,
    },
    yesterday: 'yesterday',
    weekAgo: 'a week ago',
    missing: (day) => `There is no daily summary for ${day}.`,
    hint: '/sync-summary yesterday shows the summary of yesterday',
    help: [
      '/sync-summary shows how things stand now, beside the last daily summary',
      '/sync-summary yesterday shows the summary of a day, also: today, 24.11.2025, 2025-11-24',
    ],
  },

  waiting: {
    headline: (n) => `Not shown yet: ${plural(language, n, { one: 'alert', other: 'alerts' })}`,
    why: 'There are many at once, and Slack takes only one a second. The nearest start comes first.',
    more: (n) => `and ${n} more`,
    over: 'All alerts that had to wait stand in the channel now.',
  },

  cleanup: {
    headline: (n) => `Cleaned up: ${appointments(n)} closed`,
    cancelled: (ids) =>
      `Over and never booked, now cancelled in the booking system: ${ids}. Nobody outside was told.`,
    done: (n) =>
      `Over and booked in Cal.com: ${appointments(n)}. Nothing changes about them, the bot is just done with them.`,
  },
};
