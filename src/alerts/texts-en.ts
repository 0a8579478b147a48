import { dialogTextsEn } from './dialog-texts-en.ts';
import { failuresEn } from './failure-texts-en.ts';
import { homeEn } from './home-texts-en.ts';
import { planEn } from './plan-texts-en.ts';
import { plural } from './plural.ts';
import type { Texts } from './texts.ts';
import { undoEn } from './undo-texts-en.ts';
import { upkeepEn } from './upkeep-texts-en.ts';

const language = 'en-GB';
const appointments = (n: number) => plural(language, n, { one: 'appointment', other: 'appointments' });

export const textsEn: Texts = {
  language,
  failures: failuresEn,
  dialogs: dialogTextsEn,

  appointment: {
    headline: (id, what) => `Appointment #${id}: ${what}`,
    urgent: 'Urgent, starts in less than 24 hours',
    service: 'Service',
    staff: 'With',
    start: 'Start',
    contact: 'Contact',
    attempts: 'So far',
    nextTry: 'Next attempt',
    actor: 'Waiting for',
    actors: {
      nobody: 'nobody, the bot keeps trying',
      support: 'support team',
      engineer: 'engineers',
    },
    takenBy: 'Being handled by',
    snoozed: 'Snoozed until',
    lostRoute: (channel) =>
      `Belongs into the channel ${channel} (ALERT_ROUTES). The bot could not write there, or the rule is newer than this message.`,
    endedAt: 'Settled',
    endedBy: 'Last',
    unknown: 'unknown',
    nobodyAssigned: 'nobody assigned',
    noContact: 'no usable contact',
    noUsableContact: (initials) => `${initials} – no usable contact`,
    attemptsMade: (n) => plural(language, n, { one: 'attempt', other: 'attempts' }),
    tryNow: 'shortly',
    tryOnChange: 'as soon as somebody changes something or asks for it',
    retriesSoonStart:
      'The bot keeps trying by itself. As the appointment starts soon, somebody should keep an eye on it.',
    at: (service, staff, date) => `${service} with ${staff}, ${date}`,
    atUnassigned: (service, date) => `${service}, assigned to nobody yet, ${date}`,
    ended: (id) => `Appointment #${id} is settled:`,
    endings: {
      synced: 'It now stands in Cal.com.',
      'closed:past': 'The appointment is over.',
      'closed:done': 'The appointment is over, it stood in Cal.com.',
      'closed:cancelled': 'It was cancelled.',
      'closed:completed': 'It took place.',
      'closed:no_show': 'The customer did not turn up.',
      'closed:gone': 'It no longer exists in the booking system.',
      'closed:not_open': 'It is no longer open in the booking system.',
      'closed:no_staff': 'It was closed because nobody was assigned.',
      'closed:duplicate': 'It was closed because it existed twice.',
      'closed:no_event_type': 'It was closed because Cal.com does not offer the service.',
    },
    endedSomehow: 'There is nothing left to do.',
    states: {
      pending: 'waits to be booked in Cal.com',
      synced: 'stands in Cal.com',
      failed: 'does not stand in Cal.com as it should',
      closed: 'is closed',
    },
  },

  incident: {
    unavailable: {
      headline: 'Cal.com does not answer',
      why: 'Cal.com cannot be reached at the moment, or reports errors.',
      advice: 'There is nothing to do. The bot waits, keeps asking, and then catches up.',
    },
    rateLimited: {
      headline: 'Cal.com is slowing us down',
      why: 'Cal.com accepts no more requests from us at the moment.',
      advice: 'There is nothing to do. The bot waits and then catches up.',
    },
    unauthorized: {
      headline: 'Cal.com refuses our access key',
      why: 'Until this is fixed the bot can book, move and cancel nothing.',
      advice:
        'For the engineers: please create a new key in Cal.com under Settings > Developer > API keys, set it as ' +
        'CALCOM_API_KEY and restart the bot. The bot keeps checking the key by itself.',
    },
    since: 'Since',
    waiting: 'Waiting for Cal.com',
    noSingleAlerts: 'While this lasts, there are no alerts about single appointments because of it.',
    over: 'The trouble with Cal.com is over.',
    lasted: (from, to) => `It lasted from ${from} to ${to}. What was left undone is being made up for.`,
  },

  held: {
    headline: 'The bot is held',
    adopted:
      'The data of the former system has been taken over. The bot counts, but writes nothing to Cal.com yet, changes ' +
      'no appointment and sends no alerts about single appointments.',
    stopped:
      'While it is held, it books, moves and cancels nothing in Cal.com and sends no alerts about single appointments.',
    plan: 'Please look at the plan first: it shows what needs cleaning up. Looking changes nothing.',
    thenStart: 'Then start the bot, here or with /resync start.',
    stoppedBy: 'Held by',
    start: 'Start',
    confirm: {
      title: 'Start the bot?',
      text: 'It then books all waiting appointments in Cal.com and reports what needs a decision.',
      yes: 'Start',
      no: 'Not yet',
    },
    running: 'The bot is running again.',
    startedBy: 'Started by',
  },

  figures: {
    failed: 'Failed',
    critical: 'Critical (start within 24 hours)',
    manualReview: 'Taken by nobody yet',
    ancient: 'Untouched for more than 24 hours',
    successRate: 'Success in the last 24 hours',
    nothingDecided: 'nothing decided yet',
    pending: 'Waiting to be booked',
    health: { red: 'red', amber: 'amber', green: 'green' },
  },

  status: {
    headline: (health) => `State of the sync: ${health}`,
    allWell: 'There is nothing to do.',
    acting: (n) =>
      plural(language, n, { one: 'appointment needs a person:', other: 'appointments need a person:' }),
    row: (id, date, what) => `#${id} · ${date} · ${what}`,
    more: (n, page) => `… and ${n} more: /sync-status page ${page}`,
    running: 'The bot is running.',
    fresh: 'The bot has not taken over the data of the former system yet.',
    held: 'The bot is held. /resync start lets it go on.',
    incident: 'Cal.com does not serve us at the moment.',
    unknown: (ids) => `Not known: ${ids}. Is the number right?`,
    help: [
      '/sync-status shows the figures and what needs a person',
      '/sync-status 748 shows one appointment, or several: 748 750',
      '/sync-status page 2 turns the page of the list',
    ],
  },

  resync: {
    headline: 'Try again',
    woken: (n, ids) => `Next in line: ${ids === '' ? appointments(n) : ids}.`,
    nothingToDo: (ids) => `Nothing to do for ${ids}.`,
    nothingAtAll: 'There is nothing that would have to be tried again.',
    follow: 'What comes of it is shown by the alert in the channel, or by /sync-status.',
    whileHeld: 'But the bot is held and begins only after /resync start.',
    started: 'The bot is running. It now works through what has been waiting.',
    alreadyRunning: 'The bot is already running.',
    notAdopted: 'The bot cannot start yet: the data of the former system has not been taken over.',
    stopped: 'The bot is held. /resync start lets it go on.',
    alreadyHeld: 'The bot is held already.',
    help: [
      '/resync 748 750 tries these appointments again',
      '/resync failed tries all failed ones again',
      '/resync all checks all open appointments',
      '/resync stop holds the bot, /resync start lets it go on',
    ],
  },

  upkeep: upkeepEn,
  home: homeEn,
  plan: planEn,
  undo: undoEn,

  access: {
    roles: { support: 'support', manager: 'managers', engineer: 'engineers' },
    refused: (roles, variables) => `Only these may do that: ${roles}. Who they are is set in ${variables}.`,
    unsure: 'Slack does not say at the moment who may do that. Please try again shortly.',
  },

  ask: {
    help: (command) => `How to use ${command}`,
    notUnderstood: (words) => `I did not understand this: ${words}`,
    tooMany: (max) => `Please give at most ${max} numbers at a time.`,
    broken: 'That did not work. The error is in the log; please try again.',
  },
};
