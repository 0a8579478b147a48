import { plural } from './plural.ts';

const ofAppointments = (n: number) => plural('de-DE', n, { one: 'Termin', other: 'Terminen' });

export const undoDe = {
  button: 'Rückgängig',
  until: (date: string) => `Rückgängig machen geht bis ${date}.`,
  confirm: {
    title: 'Rückgängig machen?',
    yes: 'Rückgängig machen',
    no: 'So lassen',
  },
  /** What is noticed outside, said before it happens. */
  notices: {
    reopened:
      'Die abgesagten Termine sind im Buchungssystem dann wieder offen. Nach außen geht keine Nachricht. Was inzwischen jemand geändert hat, bleibt.',
    plan: 'Was der Plan abgesagt oder verbunden hat, ist dann wieder wie vorher. Nach außen geht keine Nachricht. Was inzwischen jemand geändert hat und was noch einmal versucht wurde, bleibt.',
    local: 'Der Termin ist dann wieder wie vorher. In Cal.com steht die Änderung noch nicht.',
    changedMail:
      'Der Termin ist dann wieder wie vorher. Cal.com ändert die Buchung und schreibt der Kundschaft noch eine E-Mail.',
    changed:
      'Der Termin ist dann wieder wie vorher, auch in Cal.com. Die Kundschaft bekommt keine E-Mail: bitte anrufen.',
    cancelledMail:
      'Der Termin ist dann wieder offen. Cal.com bucht ihn neu und schickt der Kundschaft eine neue Bestätigung.',
    cancelled:
      'Der Termin ist dann wieder offen, auch in Cal.com. Die Kundschaft bekommt keine E-Mail: bitte anrufen.',
    contact:
      'Die früheren Kontaktdaten gelten dann wieder. Was in Cal.com schon gebucht ist, behält die neuen.',
  },
  undone: (n: number, of: number) => `Rückgängig gemacht: ${n} von ${ofAppointments(of)} wieder wie vorher.`,
  undoneBy: 'Von',
  undoneAt: 'Am',
  reopened: (ids: string) => `Wieder wie vorher: ${ids}.`,
  changed: (ids: string) => `Seitdem geändert, deshalb so gelassen: ${ids}.`,
  already: (date: string) => `Das hat schon jemand rückgängig gemacht: ${date}.`,
  late: 'Das geht nicht mehr, die Frist ist vorbei. Bitte den Termin selbst ändern.',
  unknown: 'Hier gibt es nichts, was man rückgängig machen könnte.',
  whileHeld: 'Der Bot ist angehalten und ändert nichts. Bitte nach /resync start noch einmal.',
  changedOne: (id: number) =>
    `Termin #${id} ist wieder wie vorher. Was daraus wird, zeigt die Meldung im Kanal.`,
};
