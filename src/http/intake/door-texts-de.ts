/** What the door says in one language. A text that is to be spoken has no brackets, signs or abbreviations. */
export const doorTextsDe = {
  language: 'de-DE',
  accepted: (what: string) => `Ihr Termin ist eingetragen: ${what}.`,
  noted: (what: string) =>
    `Ich habe Ihren Termin vorgemerkt: ${what}. Falls sich daran noch etwas ändert, melden wir uns bei Ihnen.`,
  repeated: (what: string) => `Dieser Termin steht schon für Sie im Kalender: ${what}.`,
  what: (service: string, staff: string | null, at: string) =>
    staff === null ? `${service} ${at}` : `${service} bei ${staff} ${at}`,

  day: ({ weekday, day, month, year }: SpokenDay) =>
    `${weekday}, dem ${day}. ${month}${year ? ` ${year}` : ''}`,
  time: (hour: number, minute: number) => (minute === 0 ? `um ${hour} Uhr` : `um ${hour} Uhr ${minute}`),
  dayAndTime: (day: string, time: string) => `am ${day}, ${time}`,
  with: (staff: string) => `bei ${staff}`,

  missingName: 'Auf welchen Namen darf ich den Termin eintragen?',
  missingService: 'Was dürfen wir für Sie tun?',
  missingDate: 'An welchem Tag möchten Sie kommen?',
  missingTime: 'Um wie viel Uhr möchten Sie kommen?',
  serviceUnknown: 'Das finde ich bei uns leider nicht.',
  servicesAre: (names: string) => `Wir bieten zum Beispiel ${names} an. Was darf es sein?`,
  unclear: (names: string) => `Meinen Sie ${names}?`,
  serviceUnavailable: (service: string) => `Für ${service} kann ich zurzeit leider keinen Termin vergeben.`,
  staffUnknown: 'Diesen Namen finde ich in unserem Team leider nicht.',
  staffAre: (service: string, names: string) =>
    `Für ${service} können Sie zu ${names} kommen. Wäre Ihnen das recht?`,
  staffCannot: (staff: string, service: string) => `${staff} bietet ${service} leider nicht an.`,
  dateUnclear: 'Den Tag habe ich leider nicht verstanden. An welchem Tag möchten Sie kommen?',
  timeUnclear: 'Die Uhrzeit habe ich leider nicht verstanden. Um wie viel Uhr möchten Sie kommen?',
  dayPast: ({ day, month, year }: SpokenDay) =>
    `Der ${day}. ${month}${year ? ` ${year}` : ''} ist schon vorbei. An welchem Tag möchten Sie kommen?`,
  timePast: (time: string) => `Für heute ${time} ist es leider schon zu spät. Welche Zeit passt Ihnen sonst?`,
  tooFar:
    'So weit im Voraus vergeben wir noch keine Termine. Passt Ihnen ein Tag in den nächsten zwölf Monaten?',
  noSuchTime:
    'Diese Uhrzeit gibt es an dem Tag nicht, weil die Uhren vorgestellt werden. Welche andere Zeit passt Ihnen?',
  notFree: (at: string, staff: string | null) =>
    staff === null ? `Leider ist ${at} nichts frei.` : `Bei ${staff} ist ${at} leider nichts frei.`,
  offer: (offer: string) => `Möglich wäre es ${offer}. Passt Ihnen das?`,
  offers: (offers: string) => `Möglich wäre es ${offers}. Passt Ihnen etwas davon?`,
  noOffers: 'Welcher andere Tag passt Ihnen?',
  failed: 'Das hat gerade leider nicht geklappt. Bitte versuchen Sie es in ein paar Minuten noch einmal.',
};

/** A day of the salon's calendar; weekday and month are words. */
export interface SpokenDay {
  weekday: string;
  day: number;
  month: string;
  /** Only when it is not this year. */
  year: number | null;
}

/** German sets the keys; another language that misses one does not compile. */
export type DoorTexts = typeof doorTextsDe;
