import type { homeDe } from './home-texts-de.ts';
import { plural } from './plural.ts';

const appointments = (n: number) => plural('en-GB', n, { one: 'appointment', other: 'appointments' });

export const homeEn: typeof homeDe = {
  title: 'Appointment sync',
  stranger: (variables) =>
    `This page is for support, managers and engineers. Who they are is set in ${variables}; if you should be one of them, ask an engineer.`,
  health:
    'Red: something is critical or untouched for more than 24 hours, or Cal.com does not serve us. ' +
    'Amber: success below 95 %, or something has been waiting for more than an hour.',
  definitions: {
    failed: 'Open appointments that are not in Cal.com as they should be, past ones included.',
    critical:
      'Failed and starting within 24 hours, or starting that soon and without a booking for more than 15 minutes.',
    manualReview: 'Failed ones that nobody is working on yet.',
    ancient: 'Failed for more than 24 hours, and nobody did anything about it in the last 24 hours.',
    successRate:
      'Of the appointments that were new in the last 24 hours and are decided: how many are in Cal.com.',
    pending: 'Open appointments still to come whose booking is not decided yet.',
  },
  start: 'Start',

  list: {
    heading: 'Appointments',
    chosen: (label) => `✓ ${label}`,
    filters: {
      failed: 'Failed',
      past: 'Of these, past',
      pending: 'Pending',
      no_staff: 'No staff',
      mine: 'Mine',
    },
    empty: {
      failed: 'No appointment has failed.',
      past: 'No failed appointment is past.',
      pending: 'No appointment is waiting to be booked.',
      no_staff: 'Every appointment still to come has somebody assigned.',
      mine: 'You are not working on any open appointment, and were not the last to deal with one.',
    },
    pages: (n, page, pages) => `${appointments(n)} · page ${page} of ${pages}`,
    previous: '‹ Previous',
    next: 'Next ›',
  },

  engine: {
    heading: 'For engineers',
    breaker: 'Cal.com',
    states: {
      closed: 'is called as usual',
      open: 'is not called, only probed every few seconds',
      trial: 'is tried with one appointment at a time',
    },
    because: (state, kind, since) => `${state} (${kind}, since ${since})`,
    replicas: 'Running bots',
    noReplicas: 'none has reported within the last half minute',
    runs: { cleanup: 'Last cleanup', summary: 'Last daily summary' },
    plan: 'Last plan',
    finished: (at) => `${at}, finished`,
    unfinished: (at) => `${at}, not finished yet`,
    never: 'never yet',
    pace: (attempts, limit) => `Write attempts in the last minute: ${attempts}; allowed a minute: ${limit}.`,
    noLimit: 'no limit',
    free: 'The pace is free.',
    busyUntil: (at) => `The pace is taken until ${at}.`,
    asOf: (at) => `As of ${at}.`,
  },

  story: {
    button: 'Whole story',
    loading: 'One moment, I am reading the story …',
    empty: 'There is no story of this appointment yet.',
    record: 'In the booking system',
    booking: 'In Cal.com',
    newer: '‹ Newer',
    older: 'Older ›',
    place: (page, pages) => `Page ${page} of ${pages}, the latest first`,
    part: (page, pages, part, parts) =>
      `Page ${page} of ${pages}, part ${part} of ${parts}, the latest first`,
    operations: { book: 'Book', move: 'Move', reassign: 'Reassign', cancel: 'Cancel' },
    outcomes: {
      done: 'succeeded',
      found: 'succeeded, found by looking it up',
      refused: 'refused',
      rate_limited: 'too many requests',
      not_sent: 'did not arrive',
      not_landed: 'did not arrive, as a look-up showed',
      former: 'by the former system',
    },
    open: 'outcome not clear yet',
    status: (status) => `HTTP ${status}`,
    request: (id) => `request id ${id}`,
    answer: 'Answer:',
    answerGoesOn: 'Answer, continued:',
    noAnswer: 'No answer is kept.',
  },
};
