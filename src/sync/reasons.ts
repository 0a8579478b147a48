// What customers may read in Cal.com's e-mails when the bot moves or cancels a booking.
const WORDS = {
  moved: { de: 'Ihr Termin wurde verlegt.', en: 'Your appointment was moved.' },
  reassigned: {
    de: 'Ihr Termin wurde einer Kollegin oder einem Kollegen übergeben.',
    en: 'A colleague will see you.',
  },
  replaced: {
    de: 'Ihr Termin wurde geändert; es gibt eine neue Buchung.',
    en: 'Your appointment was changed; there is a new booking.',
  },
  cancelled: { de: 'Ihr Termin wurde abgesagt.', en: 'Your appointment was cancelled.' },
};

export function wordsFor(change: keyof typeof WORDS, locale: string): string {
  return WORDS[change][locale === 'de' ? 'de' : 'en'];
}
