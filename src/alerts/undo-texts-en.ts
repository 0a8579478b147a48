import { plural } from './plural.ts';
import type { undoDe } from './undo-texts-de.ts';

const appointments = (n: number) => plural('en-GB', n, { one: 'appointment', other: 'appointments' });

export const undoEn: typeof undoDe = {
  button: 'Undo',
  until: (date) => `This can be undone until ${date}.`,
  confirm: {
    title: 'Undo this?',
    yes: 'Undo',
    no: 'Leave it',
  },
  notices: {
    reopened:
      'The cancelled appointments will be open in the booking system again. Nobody outside is told. What somebody has changed since stays.',
    plan: 'What the plan cancelled or linked will be as it was. Nobody outside is told. What somebody has changed since, and what was tried again, stays.',
    local: 'The appointment will be as it was. Cal.com does not have the change yet.',
    changedMail:
      'The appointment will be as it was. Cal.com changes the booking and sends the customer another e-mail.',
    changed: 'The appointment will be as it was, in Cal.com too. The customer gets no e-mail: please call.',
    cancelledMail:
      'The appointment will be open again. Cal.com books it anew and sends the customer a new confirmation.',
    cancelled:
      'The appointment will be open again, in Cal.com too. The customer gets no e-mail: please call.',
    contact:
      'The former contact details will count again. What is booked in Cal.com already keeps the new ones.',
  },
  undone: (n, of) => `Undone: ${n} of ${appointments(of)} as they were.`,
  undoneBy: 'By',
  undoneAt: 'On',
  reopened: (ids) => `As they were: ${ids}.`,
  changed: (ids) => `Changed since, so left as they are: ${ids}.`,
  already: (date) => `Somebody has undone this already: ${date}.`,
  late: 'That is no longer possible, the time for it is over. Please change the appointment itself.',
  unknown: 'There is nothing here that could be undone.',
  whileHeld: 'The bot is held and changes nothing. Please try again after /resync start.',
  changedOne: (id) =>
    `Appointment #${id} is as it was. What comes of it is shown by the alert in the channel.`,
};
