import type { ConflictTexts, FailureTexts } from './failure-texts-de.ts';
import { plural } from './plural.ts';

const waits = 'There is nothing to do; the bot keeps trying.';
const otherTime = 'Please choose another time or another person.';
const whenChanged = 'The bot then tries again by itself.';
const planned = {
  headline: 'the person has another appointment at the same time',
  advice:
    'Please choose another time or person for one of the two. If the other appointment goes, the bot books it by itself.',
};
const leftOver = {
  headline: 'a booking without an appointment is in the way',
  advice: '"Cancel there" takes it out of Cal.com and books this appointment.',
};
const taken = { headline: 'the time is taken', advice: otherTime };
const absent = {
  headline: 'the person has no time on that day',
  advice: `${otherTime} Or change the availability in Cal.com; the bot then books by itself.`,
};

const conflicts: ConflictTexts = {
  somebody: 'The person',
  moment: (day, month, time) => `${day}/${month}, ${time}`,
  between: (from, to) => `${from} to ${to}`,
  since: (from) => `from ${from}`,
  until: (to) => `until ${to}`,
  atLeast: (minutes) =>
    minutes % 60 === 0
      ? `at least ${plural('en-GB', minutes / 60, { one: 'hour', other: 'hours' })} before`
      : `at least ${plural('en-GB', minutes, { one: 'minute', other: 'minutes' })} before`,
  atMost: (days) => `at most ${plural('en-GB', days, { one: 'day', other: 'days' })} ahead`,
  causes: {
    another_appointment: {
      ...planned,
      says: ({ id, when }) => `is also planned for appointment #${id} at that time${when}`,
    },
    same_person: {
      ...planned,
      says: ({ id, when }) =>
        id === undefined
          ? `already has a booking in their second calendar${when}`
          : `is also planned for appointment #${id} at that time (one human with two calendars)`,
    },
    own_booking: {
      ...leftOver,
      headline: 'a former booking of this appointment still stands in Cal.com',
      says: ({ when }) => `still has a former booking of this very appointment in Cal.com${when}`,
    },
    orphan: {
      ...leftOver,
      says: ({ id, when }) =>
        `still has our booking for appointment #${id} in Cal.com${when}, which is cancelled or gone`,
    },
    other_installation: {
      ...taken,
      says: ({ when }) => `already has a booking in Cal.com that another system like this bot made${when}`,
    },
    other_booking: {
      ...taken,
      says: ({ when }) => `already has a booking in Cal.com that is not ours${when}`,
    },
    external: { ...taken, says: ({ when }) => `has an entry in their own calendar at that time${when}` },
    busy: { ...taken, says: ({ when }) => `is not free at that time according to Cal.com${when}` },
    host_calendar: {
      headline: 'something is wrong with the calendar of the person in Cal.com',
      says: ({ isLong }) =>
        isLong
          ? 'has no free time for many days according to Cal.com, so the calendar is probably not connected any more'
          : 'has a calendar that Cal.com cannot read at the moment',
      advice:
        'Please connect the calendar in Cal.com again and check the working hours; the bot then books by itself.',
    },
    outside_hours: {
      ...absent,
      headline: 'the person does not work at that time',
      says: ({ when }) =>
        `${when === '' ? 'does not work' : 'works only part of the day'} on that weekday according to Cal.com${when}`,
    },
    notice: {
      headline: 'it is too short notice',
      says: ({ rule }) => `takes no more appointments in Cal.com at such short notice${rule}`,
      advice: otherTime,
    },
    window: {
      headline: 'it is too far ahead',
      says: ({ rule }) => `does not yet take appointments in Cal.com so far ahead${rule}`,
      advice: otherTime,
    },
    no_slots: {
      ...absent,
      says: () => 'has no free time all day according to Cal.com',
    },
  },
};

export const failuresEn: FailureTexts = {
  kinds: {
    rate_limited: {
      headline: 'Cal.com is slowing us down',
      why: 'Cal.com accepts no more requests from us at the moment.',
      advice: waits,
    },
    unavailable: {
      headline: 'Cal.com does not answer',
      why: 'Cal.com cannot be reached at the moment, or reports errors.',
      advice: waits,
    },
    unclear: {
      headline: 'Cal.com gave no clear answer',
      why: 'The bot checks whether the booking has arrived before it tries again.',
      advice: waits,
    },
    host_conflict: {
      headline: 'the time is not free',
      why: 'Cal.com does not accept it: the person already has something at that time, or does not work then.',
      advice: otherTime,
    },
    contact_invalid: {
      headline: 'the contact details are wrong',
      why: 'Cal.com refuses the e-mail address or the phone number.',
      advice: `Please correct the contact details, here or in the booking system. ${whenChanged}`,
    },
    attendee_blocked: {
      headline: 'the e-mail address is blocked in Cal.com',
      why: 'Cal.com accepts no bookings for this e-mail address.',
      advice: `Please enter another e-mail address, or have the block in Cal.com lifted. ${whenChanged}`,
    },
    no_staff: {
      headline: 'nobody is assigned',
      why: 'Without a person it cannot be booked.',
      advice: `Please assign somebody or cancel the appointment, here or in the booking system. ${whenChanged}`,
    },
    duplicate: {
      headline: 'it exists twice',
      why: 'The same customer already has the same appointment at the same time.',
      advice: 'Please cancel one of the two.',
    },
    booking_limit: {
      headline: 'the limit of bookings is reached',
      why: 'Cal.com is set to allow only so many bookings, and this would be one too many.',
      advice: 'Please choose another day, or have the limit in Cal.com changed.',
    },
    two_truths: {
      headline: 'it differs here and in Cal.com',
      why: 'It was changed both in the booking system and in Cal.com, and the two do not fit together.',
      advice: 'Please decide which one is right, and make both sides the same.',
    },
    cancelled_there: {
      headline: 'cancelled in Cal.com',
      why: 'Somebody cancelled the booking in Cal.com, but the appointment is still open in the booking system.',
      advice: 'Please cancel it here too, or have it booked anew with "Book again".',
    },
    outside_window: {
      headline: 'it is still too far ahead for Cal.com',
      why: 'Cal.com does not yet accept bookings for that day.',
      advice: 'There is nothing to do. The bot books it as soon as Cal.com opens the day.',
    },
    event_type_missing: {
      headline: 'Cal.com does not know the service',
      why: 'There is no event type in Cal.com for this service with this person.',
      advice: `Please create the event type in Cal.com and map it in the booking system. ${whenChanged}`,
    },
    event_type_rejected: {
      headline: 'Cal.com does not accept the service this way',
      why: 'The event type in Cal.com is set up so that the bot cannot book it.',
      advice: `Please check the settings of the event type in Cal.com. ${whenChanged}`,
    },
    unsupported: {
      headline: 'the bot cannot book such an appointment',
      why: 'It has several parts, and half of it booked would be worse than nothing.',
      advice: 'Please enter it in Cal.com by hand.',
    },
    unauthorized: {
      headline: 'Cal.com refuses our access key',
      why: 'Without a valid key the bot cannot book anything.',
      advice: 'Please renew CALCOM_API_KEY and restart the bot.',
    },
    request_rejected: {
      headline: 'Cal.com does not understand our request',
      why: 'That is a fault of the bot, not of the appointment.',
      advice: 'Until it is fixed, please enter it in Cal.com by hand.',
    },
    unknown: {
      headline: 'Cal.com refuses it for an unknown reason',
      why: 'The bot does not know this answer of Cal.com yet.',
      advice: 'Please look into the log of the bot, and until then enter it by hand.',
    },
  },
  duplicateOf: (id) => `The same customer already has appointment #${id} at the same time.`,
  samePerson: {
    ...planned,
    why: 'The same person is already planned for another appointment at that time.',
    whyNamed: (id) => `The same person is already planned for appointment #${id} at that time.`,
  },
  taken: {
    ...taken,
    why: 'According to Cal.com the person is not free at that time. There are other free times on the same day.',
  },
  notAvailable: {
    ...absent,
    why: 'According to Cal.com the person is not free all day: fully booked, absent, or busy elsewhere.',
  },
  conflicts,
};
