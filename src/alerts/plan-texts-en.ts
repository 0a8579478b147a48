import type { planDe } from './plan-texts-de.ts';
import { plural } from './plural.ts';

const appointments = (n: number) => plural('en-GB', n, { one: 'appointment', other: 'appointments' });
const bookings = (n: number) => plural('en-GB', n, { one: 'booking', other: 'bookings' });

const NO_MAIL = 'No customer gets an e-mail.';
const UNDO_DAY = 'Can be undone for a day.';
const NO_UNDO = 'Cannot be undone.';

export const planEn: typeof planDe = {
  look: 'Look at the plan',
  title: 'Cleanup plan',
  intro: 'This is what the bot proposes. Nothing happens until you choose, go on and confirm.',
  introLooking: 'This is what the bot proposes. Only engineers (ACCESS_ENGINEERS) may run the plan.',
  empty: 'There is nothing to clean up.',
  loading: 'One moment, I am putting the plan together …',
  unknown: 'Cal.com does not answer right now, so this is not known.',
  heading: (name, n) => `${name}: ${n}`,
  examples: (ids) => `For example ${ids}.`,
  all: (ids) => `${ids}.`,
  choose: 'What shall be done?',
  option: (name, n) => `${name} (${n})`,
  assign: (id) => `Assign #${id}`,
  next: 'Next',
  groups: {
    past: {
      name: 'Over and never booked',
      does: 'Is cancelled in the booking system.',
      mail: NO_MAIL,
      undo: UNDO_DAY,
    },
    no_staff: {
      name: 'Nobody assigned',
      does: 'Is cancelled in the booking system. Whoever wants to assign somebody instead does so first, here with “Assign”.',
      mail: 'No customer gets an e-mail: please call.',
      undo: UNDO_DAY,
    },
    duplicates: {
      name: 'Twice',
      does: 'The younger of two equal appointments is cancelled in the booking system, the booked or older one stays.',
      mail: NO_MAIL,
      undo: UNDO_DAY,
    },
    no_event_type: {
      name: 'Service missing in Cal.com',
      does: 'Is cancelled in the booking system. Whoever wants to create the service in Cal.com does so first.',
      mail: 'No customer gets an e-mail: please call.',
      undo: UNDO_DAY,
    },
    placeholder: {
      name: 'No usable contact',
      does: 'Is booked with a placeholder address.',
      mail: NO_MAIL,
      undo: NO_UNDO,
    },
    adopt: {
      name: 'Stands in Cal.com already',
      does: 'Is linked with the booking that stands, nothing is booked again.',
      mail: NO_MAIL,
      undo: UNDO_DAY,
    },
    changed: {
      name: 'Failed, and changed since',
      does: 'Is tried again with the new data.',
      mail: 'Whoever is booked gets the usual confirmation.',
      undo: NO_UNDO,
    },
    wake: {
      name: 'Other failures',
      does: 'Is tried again.',
      mail: 'Whoever is booked gets the usual confirmation.',
      undo: NO_UNDO,
    },
    ambiguous: {
      name: 'Booking not clear',
      does: 'The booking is linked with the first of these appointments and moved to where that stands in the booking system.',
      mail: 'Whose booking is moved gets an e-mail.',
      undo: 'Can be undone until something was moved.',
    },
    orphans: {
      name: 'Booking without appointment',
      does: 'Booked by the bot, but the appointment is cancelled or deleted: the booking in Cal.com is cancelled.',
      mail: 'Whoever has an address of their own gets the cancellation by e-mail.',
      undo: NO_UNDO,
    },
  },
  confirm: {
    title: 'Really run it?',
    intro: 'This is what happens now:',
    submit: 'Run',
    back: 'Cancel',
  },
  started: 'The plan is running. The channel shows how far it is.',
  late: 'This plan was run already or is too old. Please open the plan again.',
  gone: 'Nothing of what was chosen is there any more. Nothing was done.',

  message: {
    waiting: 'The cleanup plan is about to begin.',
    running: (n, of) => `Cleanup plan: ${n} of ${of}`,
    finished: (n) => `Cleanup plan finished: ${appointments(n)} handled`,
    by: 'Started by',
    closed: (n) => `${n} closed`,
    repaired: (n) => `${n} booked after a failure`,
    adopted: (n) => `${n} linked to a booking that stood`,
    moved: (n) => `${n} moved`,
    withdrawn: (n) => `${bookings(n)} cancelled in Cal.com`,
    stillOpen: (n) => `${n} still open`,
    skipped: (n) => `${n} left out`,
    counts: (parts) => `Result: ${parts}.`,
    untilStart: (n) => `The bot tries ${appointments(n)} as soon as it is started.`,
    untilDecided: (n) => `The bot is still trying ${appointments(n)}.`,
    before: 'before',
    left: (why, n, ids) => `${why} (${n}): ${ids}`,
    why: {
      changed: 'Changed meanwhile',
      not_there: 'The booking does not stand in Cal.com any more',
      not_mapped: 'The service of the booking is not mapped',
      'cal.com did not answer': 'Cal.com did not answer',
      failed: 'Failed, the error is in the log',
    },
  },
  help: ['/sync-cleanup shows what is to be cleaned up, and runs what you choose'],
};
