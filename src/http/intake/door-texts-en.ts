import type { DoorTexts } from './door-texts-de.ts';

export const doorTextsEn: DoorTexts = {
  language: 'en-GB',
  accepted: (what) => `Your appointment is booked: ${what}.`,
  noted: (what) =>
    `I have noted your appointment: ${what}. If anything about it changes, we will let you know.`,
  repeated: (what) => `That appointment is already in our calendar for you: ${what}.`,
  what: (service, staff, at) => (staff === null ? `${service} ${at}` : `${service} with ${staff} ${at}`),

  day: ({ weekday, day, month, year }) =>
    `${weekday} the ${ordinal(day)} of ${month}${year ? ` ${year}` : ''}`,
  time: (hour, minute) =>
    `at ${hour % 12 || 12}${minute === 0 ? '' : `:${String(minute).padStart(2, '0')}`} ${hour < 12 ? 'am' : 'pm'}`,
  dayAndTime: (day, time) => `on ${day} ${time}`,
  with: (staff) => `with ${staff}`,

  missingName: 'What name may I put the appointment under?',
  missingService: 'What can we do for you?',
  missingDate: 'Which day would you like to come?',
  missingTime: 'What time would you like to come?',
  serviceUnknown: 'I am afraid I cannot find that service.',
  servicesAre: (names) => `We offer, for example, ${names}. Which would you like?`,
  unclear: (names) => `Do you mean ${names}?`,
  serviceUnavailable: (service) => `I am afraid I cannot book ${service} at the moment.`,
  staffUnknown: 'I am afraid I cannot find that name in our team.',
  staffAre: (service, names) => `For ${service} you can come to ${names}. Would that suit you?`,
  staffCannot: (staff, service) => `I am afraid ${staff} does not offer ${service}.`,
  dateUnclear: 'I am afraid I did not understand the day. Which day would you like to come?',
  timeUnclear: 'I am afraid I did not understand the time. What time would you like to come?',
  dayPast: ({ day, month, year }) =>
    `The ${ordinal(day)} of ${month}${year ? ` ${year}` : ''} is already over. Which day would suit you?`,
  timePast: (time) =>
    `I am afraid it is already too late for ${time.replace(/^at /, '')} today. What other time would suit you?`,
  tooFar: 'We do not take bookings that far ahead yet. Would a day in the next twelve months suit you?',
  noSuchTime:
    'That time does not exist on that day, because the clocks go forward. What other time would suit you?',
  notFree: (at, staff) =>
    staff === null ? `I am afraid nothing is free ${at}.` : `I am afraid ${staff} is not free ${at}.`,
  offer: (offer) => `It would be possible ${offer}. Would that suit you?`,
  offers: (offers) => `It would be possible ${offers}. Would any of these suit you?`,
  noOffers: 'What other day would suit you?',
  failed: 'I am afraid that did not work just now. Please try again in a few minutes.',
};

function ordinal(day: number): string {
  const endings: Record<string, string> = { one: 'st', two: 'nd', few: 'rd' };
  return `${day}${endings[new Intl.PluralRules('en-GB', { type: 'ordinal' }).select(day)] ?? 'th'}`;
}
