import type { ConflictCause } from '../appointments/evidence.ts';
import type { FailureKind } from '../sync/failure-kinds.ts';
import { plural } from './plural.ts';

/** In a few words for a headline; why it is so; and what to do about it. */
export interface FailureText {
  headline: string;
  why: string;
  advice: string;
}

export interface FailureTexts {
  kinds: Record<FailureKind, FailureText>;
  /** Why it is a duplicate, when the other appointment is known. */
  duplicateOf(id: number): string;
  /** The causes of a host conflict; `id` is the appointment in the way. */
  samePerson: FailureText & { whyNamed(id: number): string };
  taken: FailureText;
  notAvailable: FailureText;
  conflicts: ConflictTexts;
}

/** What was found about a host conflict, in words: numbers as they are, times such as `13:00`. */
export interface Found {
  id: number | undefined;
  /** ` (13:00 bis 17:00)`, with a space before it, or empty. */
  when: string;
  /** ` (mindestens 24 Stunden vorher; ab 25.11., 08:00)` likewise: the rule, and the moment up to which it holds. */
  rule: string;
  /** It lasts longer than the day itself. */
  isLong: boolean;
}

export interface ConflictTexts {
  /** Who is meant when nobody knows the name. */
  somebody: string;
  /** All in digits: `25.11., 08:00`. */
  moment(day: string, month: string, time: string): string;
  between(from: string, to: string): string;
  since(from: string): string;
  until(to: string): string;
  atLeast(minutes: number): string;
  atMost(days: number): string;
  /** `says` follows the person's name. */
  causes: Record<ConflictCause, { headline: string; says(found: Found): string; advice: string }>;
}

const waits = 'Es ist nichts zu tun, der Bot versucht es von selbst weiter.';
const otherTime = 'Bitte eine andere Zeit oder eine andere Person wählen.';
const whenChanged = 'Danach versucht es der Bot von selbst noch einmal.';
const planned = {
  headline: 'die Person hat zur selben Zeit einen anderen Termin',
  advice:
    'Bitte für einen der beiden eine andere Zeit oder Person wählen. Wird der andere Termin frei, bucht der Bot von selbst.',
};
const leftOver = {
  headline: 'eine Buchung ohne Termin steht im Weg',
  advice: '„Dort absagen“ nimmt sie aus Cal.com und bucht diesen Termin.',
};
const taken = { headline: 'die Zeit ist schon belegt', advice: otherTime };
const absent = {
  headline: 'die Person hat an diesem Tag keine Zeit',
  advice: `${otherTime} Oder die Verfügbarkeit in Cal.com ändern, dann bucht der Bot von selbst.`,
};

const conflicts: ConflictTexts = {
  somebody: 'Die Person',
  moment: (day, month, time) => `${day}.${month}., ${time}`,
  between: (from, to) => `${from} bis ${to}`,
  since: (from) => `ab ${from}`,
  until: (to) => `bis ${to}`,
  atLeast: (minutes) =>
    minutes % 60 === 0
      ? `mindestens ${plural('de-DE', minutes / 60, { one: 'Stunde', other: 'Stunden' })} vorher`
      : `mindestens ${plural('de-DE', minutes, { one: 'Minute', other: 'Minuten' })} vorher`,
  atMost: (days) => `höchstens ${plural('de-DE', days, { one: 'Tag', other: 'Tage' })} im Voraus`,
  causes: {
    another_appointment: {
      ...planned,
      says: ({ id, when }) => `ist zur selben Zeit auch für Termin #${id} eingeplant${when}`,
    },
    same_person: {
      ...planned,
      says: ({ id, when }) =>
        id === undefined
          ? `hat im zweiten eigenen Kalender schon eine Buchung${when}`
          : `ist zur selben Zeit auch für Termin #${id} eingeplant (derselbe Mensch hat zwei Kalender)`,
    },
    own_booking: {
      ...leftOver,
      headline: 'eine frühere Buchung dieses Termins steht noch in Cal.com',
      says: ({ when }) => `hat in Cal.com noch eine frühere Buchung genau dieses Termins${when}`,
    },
    orphan: {
      ...leftOver,
      says: ({ id, when }) =>
        `hat in Cal.com noch unsere Buchung für Termin #${id}${when}, der abgesagt oder nicht mehr da ist`,
    },
    other_installation: {
      ...taken,
      says: ({ when }) =>
        `hat in Cal.com schon eine Buchung, die ein anderes System wie dieser Bot gemacht hat${when}`,
    },
    other_booking: {
      ...taken,
      says: ({ when }) => `hat in Cal.com schon eine Buchung, die nicht von uns ist${when}`,
    },
    external: {
      ...taken,
      says: ({ when }) => `hat um diese Zeit einen Eintrag im eigenen Kalender${when}`,
    },
    busy: { ...taken, says: ({ when }) => `ist laut Cal.com um diese Zeit nicht frei${when}` },
    host_calendar: {
      headline: 'mit dem Kalender der Person stimmt in Cal.com etwas nicht',
      says: ({ isLong }) =>
        isLong
          ? 'hat laut Cal.com viele Tage lang keine freie Zeit, wahrscheinlich ist der Kalender nicht mehr verbunden'
          : 'hat einen Kalender, den Cal.com im Moment nicht lesen kann',
      advice:
        'Bitte den Kalender in Cal.com neu verbinden und die Arbeitszeiten prüfen, dann bucht der Bot von selbst.',
    },
    outside_hours: {
      ...absent,
      headline: 'die Person arbeitet um diese Zeit nicht',
      says: ({ when }) =>
        `arbeitet laut Cal.com an diesem Wochentag ${when === '' ? 'nicht' : `nur zeitweise${when}`}`,
    },
    notice: {
      headline: 'es ist zu kurzfristig',
      says: ({ rule }) => `nimmt in Cal.com so kurzfristig keine Termine mehr an${rule}`,
      advice: otherTime,
    },
    window: {
      headline: 'es ist zu weit im Voraus',
      says: ({ rule }) => `nimmt in Cal.com so weit im Voraus noch keine Termine an${rule}`,
      advice: otherTime,
    },
    no_slots: {
      ...absent,
      says: () => 'hat laut Cal.com am ganzen Tag keine freie Zeit',
    },
  },
};

export const failuresDe: FailureTexts = {
  kinds: {
    rate_limited: {
      headline: 'Cal.com bremst uns',
      why: 'Cal.com nimmt von uns im Moment keine weiteren Anfragen an.',
      advice: waits,
    },
    unavailable: {
      headline: 'Cal.com antwortet nicht',
      why: 'Cal.com ist im Moment nicht erreichbar oder meldet Fehler.',
      advice: waits,
    },
    unclear: {
      headline: 'Cal.com hat nicht klar geantwortet',
      why: 'Ob die Buchung angekommen ist, prüft der Bot, bevor er es noch einmal versucht.',
      advice: waits,
    },
    host_conflict: {
      headline: 'die Zeit ist nicht frei',
      why: 'Cal.com nimmt den Termin nicht an: Zu dieser Zeit ist bei der Person schon etwas eingetragen oder sie arbeitet nicht.',
      advice: otherTime,
    },
    contact_invalid: {
      headline: 'die Kontaktdaten stimmen nicht',
      why: 'Cal.com lehnt die E-Mail-Adresse oder die Telefonnummer ab.',
      advice: `Bitte die Kontaktdaten richtigstellen, hier oder im Buchungssystem. ${whenChanged}`,
    },
    attendee_blocked: {
      headline: 'die E-Mail-Adresse ist in Cal.com gesperrt',
      why: 'Cal.com nimmt für diese E-Mail-Adresse keine Buchungen an.',
      advice: `Bitte eine andere E-Mail-Adresse eintragen oder die Sperre in Cal.com aufheben lassen. ${whenChanged}`,
    },
    no_staff: {
      headline: 'niemand ist zugeteilt',
      why: 'Ohne Person kann der Termin nicht gebucht werden.',
      advice: `Bitte jemanden zuteilen oder den Termin absagen, hier oder im Buchungssystem. ${whenChanged}`,
    },
    duplicate: {
      headline: 'er ist doppelt',
      why: 'Dieselbe Kundin oder derselbe Kunde hat zur selben Zeit schon denselben Termin.',
      advice: 'Bitte einen der beiden absagen.',
    },
    booking_limit: {
      headline: 'die Höchstzahl an Buchungen ist erreicht',
      why: 'In Cal.com ist begrenzt, wie viele Buchungen es geben darf, und diese wäre zu viel.',
      advice: 'Bitte einen anderen Tag wählen oder die Begrenzung in Cal.com ändern lassen.',
    },
    two_truths: {
      headline: 'hier und in Cal.com steht Verschiedenes',
      why: 'Der Termin wurde im Buchungssystem und in Cal.com geändert, und beides passt nicht zusammen.',
      advice: 'Bitte entscheiden, was gilt, und beide Seiten angleichen.',
    },
    cancelled_there: {
      headline: 'in Cal.com abgesagt',
      why: 'Jemand hat die Buchung in Cal.com abgesagt, im Buchungssystem ist der Termin noch offen.',
      advice: 'Bitte den Termin hier auch absagen, oder ihn mit „Neu buchen“ wieder buchen lassen.',
    },
    outside_window: {
      headline: 'er liegt für Cal.com noch zu weit in der Zukunft',
      why: 'Cal.com nimmt Buchungen für diesen Tag noch nicht an.',
      advice: 'Es ist nichts zu tun. Der Bot bucht, sobald Cal.com den Tag freigibt.',
    },
    event_type_missing: {
      headline: 'Cal.com kennt die Leistung nicht',
      why: 'Für diese Leistung bei dieser Person gibt es in Cal.com keinen Termintyp.',
      advice: `Bitte den Termintyp in Cal.com anlegen und im Buchungssystem zuordnen. ${whenChanged}`,
    },
    event_type_rejected: {
      headline: 'Cal.com nimmt die Leistung so nicht an',
      why: 'Der Termintyp in Cal.com ist so eingestellt, dass der Bot ihn nicht buchen kann.',
      advice: `Bitte die Einstellungen des Termintyps in Cal.com prüfen. ${whenChanged}`,
    },
    unsupported: {
      headline: 'so einen Termin kann der Bot nicht buchen',
      why: 'Der Termin besteht aus mehreren Teilen, und halb gebucht wäre schlimmer als gar nicht.',
      advice: 'Bitte von Hand in Cal.com eintragen.',
    },
    unauthorized: {
      headline: 'Cal.com lehnt unseren Zugangsschlüssel ab',
      why: 'Ohne gültigen Schlüssel kann der Bot nichts buchen.',
      advice: 'Bitte CALCOM_API_KEY erneuern und den Bot neu starten.',
    },
    request_rejected: {
      headline: 'Cal.com versteht unsere Anfrage nicht',
      why: 'Das ist ein Fehler des Bots, nicht des Termins.',
      advice: 'Bitte bis zur Korrektur von Hand in Cal.com eintragen.',
    },
    unknown: {
      headline: 'Cal.com lehnt ihn aus unbekanntem Grund ab',
      why: 'Diese Antwort von Cal.com kennt der Bot noch nicht.',
      advice: 'Bitte im Protokoll des Bots nachsehen und den Termin bis dahin von Hand eintragen.',
    },
  },
  duplicateOf: (id) => `Dieselbe Kundin oder derselbe Kunde hat zur selben Zeit schon Termin #${id}.`,
  samePerson: {
    ...planned,
    why: 'Dieselbe Person ist zur selben Zeit schon für einen anderen Termin eingeplant.',
    whyNamed: (id) => `Dieselbe Person ist zur selben Zeit schon für Termin #${id} eingeplant.`,
  },
  taken: {
    ...taken,
    why: 'Die Person ist laut Cal.com zu dieser Zeit nicht frei. Am selben Tag hat sie noch andere freie Zeiten.',
  },
  notAvailable: {
    ...absent,
    why: 'Laut Cal.com ist die Person den ganzen Tag nicht frei: ausgebucht, abwesend oder anderswo eingetragen.',
  },
  conflicts,
};
