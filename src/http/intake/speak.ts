import { DateTime } from 'luxon';
import type { Locale } from '../../alerts/texts.ts';
import type { Place } from '../../sync/find-place.ts';
import type { Decision, Refusal } from './decide.ts';
import { type DoorTexts, doorTextsDe, type SpokenDay } from './door-texts-de.ts';
import { doorTextsEn } from './door-texts-en.ts';

/** What is sent back: sentences to be spoken, and what they are about for who reads it by program. */
export type DoorAnswer =
  | { ok: true; appointmentId: number; startsAt: string; say: string }
  | { ok: false; code: Refusal['is']; say: string; alternatives: { startsAt: string; staff: string }[] };

interface Manner {
  locale: Locale;
  timeZone: string;
  now: Date;
}

const table: Record<Locale, DoorTexts> = { de: doorTextsDe, en: doorTextsEn };

/** The answer to a decision, in the caller's language and by the salon's clock. */
export function answerOf(decision: Decision, manner: Manner): DoorAnswer {
  const tongue = createTongue(manner);
  if ('appointment' in decision) {
    const { id, startsAt } = decision.appointment;
    const what = tongue.texts.what(decision.service, decision.staff, tongue.moment(startsAt));
    const say = tongue.texts[decision.is](what);
    return { ok: true, appointmentId: id, startsAt: startsAt.toISOString(), say };
  }
  const others = 'others' in decision ? decision.others : [];
  return {
    ok: false,
    code: decision.is,
    say: refusalText(decision, tongue),
    alternatives: others.map(({ startsAt, staff }) => ({
      startsAt: startsAt.toISOString(),
      staff: staff.name,
    })),
  };
}

interface Tongue {
  texts: DoorTexts;
  day(instant: Date): SpokenDay;
  time(instant: Date): string;
  /** `am Montag, dem 24. November, um 14 Uhr` */
  moment(instant: Date): string;
  /** `Anna, Ben oder Carla` */
  anyOf(words: string[]): string;
  /** `Anna, Ben und Carla` */
  allOf(words: string[]): string;
  isSameDay(one: Date, other: Date): boolean;
}

function createTongue({ locale, timeZone, now }: Manner): Tongue {
  const texts = table[locale];
  const listOf = (type: 'disjunction' | 'conjunction', words: string[]) =>
    new Intl.ListFormat(texts.language, { type }).format(words);
  const local = (instant: Date) => DateTime.fromJSDate(instant, { zone: timeZone }).setLocale(texts.language);
  const day = (instant: Date): SpokenDay => {
    const { weekdayLong, monthLong, day: number, year } = local(instant);
    const isThisYear = year === local(now).year;
    return {
      weekday: weekdayLong ?? '',
      day: number,
      month: monthLong ?? '',
      year: isThisYear ? null : year,
    };
  };
  const time = (instant: Date) => texts.time(local(instant).hour, local(instant).minute);
  return {
    texts,
    day,
    time,
    moment: (instant) => texts.dayAndTime(texts.day(day(instant)), time(instant)),
    anyOf: (words) => listOf('disjunction', words),
    allOf: (words) => listOf('conjunction', words),
    isSameDay: (one, other) => local(one).hasSame(local(other), 'day'),
  };
}

function refusalText(refusal: Refusal, tongue: Tongue): string {
  const { texts, anyOf } = tongue;
  switch (refusal.is) {
    case 'missing_name':
      return texts.missingName;
    case 'missing_service':
      return servicesText(refusal.names, tongue) || texts.missingService;
    case 'missing_date':
      return texts.missingDate;
    case 'missing_time':
      return texts.missingTime;
    case 'service_unknown':
      return sentences(texts.serviceUnknown, servicesText(refusal.names, tongue));
    case 'service_unclear':
    case 'staff_unclear':
      return texts.unclear(anyOf(refusal.names));
    case 'service_unavailable':
      return texts.serviceUnavailable(refusal.service);
    case 'staff_unknown':
      return sentences(texts.staffUnknown, texts.staffAre(refusal.service, anyOf(refusal.names)));
    case 'date_unclear':
      return texts.dateUnclear;
    case 'time_unclear':
      return texts.timeUnclear;
    case 'past':
      return refusal.isWholeDay
        ? texts.dayPast(tongue.day(refusal.startsAt))
        : texts.timePast(tongue.time(refusal.startsAt));
    case 'too_far':
      return texts.tooFar;
    case 'no_such_time':
      return texts.noSuchTime;
    case 'staff_cannot':
      return staffCannotText(refusal, tongue);
    case 'not_free':
      return sentences(
        texts.notFree(tongue.moment(refusal.startsAt), refusal.staff),
        offersText(refusal, tongue) ?? texts.noOffers,
      );
    case 'failed':
      return texts.failed;
  }
}

function servicesText(names: string[], { texts, allOf }: Tongue): string {
  return names.length === 0 ? '' : texts.servicesAre(allOf(names));
}

function staffCannotText(refusal: Extract<Refusal, { is: 'staff_cannot' }>, tongue: Tongue): string {
  const { service, names } = refusal;
  const instead = names.length === 0 ? '' : tongue.texts.staffAre(service, tongue.anyOf(names));
  return sentences(tongue.texts.staffCannot(refusal.staff, service), offersText(refusal, tongue) ?? instead);
}

/** Each day is named once, and whoever was asked for is not named again. Null when there is nothing to offer. */
function offersText(
  { others, staff, startsAt }: { others: Place[]; staff: string | null; startsAt: Date },
  tongue: Tongue,
): string | null {
  const { texts } = tongue;
  const offers = others.map((place, index) => {
    const before = others[index - 1]?.startsAt ?? startsAt;
    const at = tongue.isSameDay(place.startsAt, before)
      ? tongue.time(place.startsAt)
      : tongue.moment(place.startsAt);
    return place.staff.name === staff ? at : `${at} ${texts.with(place.staff.name)}`;
  });
  const [first] = offers;
  if (first === undefined) return null;
  return offers.length === 1 ? texts.offer(first) : texts.offers(tongue.anyOf(offers));
}

function sentences(...parts: string[]): string {
  return parts.filter((part) => part !== '').join(' ');
}
