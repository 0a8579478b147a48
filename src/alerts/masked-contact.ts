import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { ownEmail, usablePhone } from '../sync/contact.ts';

const DOTS = '••••';
const FEW_DOTS = '•••';

export interface Contact {
  name: string;
  email: string | null;
  phone: string | null;
}

/** Enough to recognise a customer, too little to reach one. What the bot cannot use is null. */
export interface MaskedContact {
  initials: string;
  phone: string | null;
  email: string | null;
}

export function maskContact({ name, email, phone }: Contact): MaskedContact {
  const usable = usablePhone(phone);
  const address = ownEmail(email);
  return {
    initials: initialsOf(name),
    phone: usable === null ? null : maskPhone(usable),
    email: address === null ? null : maskEmail(address),
  };
}

/** The first letters of the first and the last word; `–` when there is none. */
function initialsOf(name: string): string {
  const letters = name.split(/\s+/).flatMap((word) => /\p{L}/u.exec(word)?.[0] ?? []);
  const ends = letters.length > 1 ? [letters[0], letters.at(-1)] : letters;
  return ends.length === 0 ? '–' : ends.map((letter) => `${letter?.toUpperCase()}.`).join(' ');
}

/** `+49 151 •••• 123` of a number in international form; a short number keeps only its end. */
function maskPhone(phone: string): string {
  const { countryCallingCode = '', nationalNumber = phone } = parsePhoneNumberFromString(phone) ?? {};
  const head = nationalNumber.length >= 10 ? [nationalNumber.slice(0, 3)] : [];
  return [
    `+${countryCallingCode}`,
    ...head,
    DOTS,
    nationalNumber.slice(nationalNumber.length >= 8 ? -3 : -2),
  ].join(' ');
}

/** `a•••@e•••.org`; what has no `@` or no domain shows nothing of itself. */
function maskEmail(email: string): string {
  const parts = /^([^@\s])[^@]*@([^@\s.])[^@\s]*\.([\p{L}\d-]{2,24})$/u.exec(email);
  return parts ? `${parts[1]}${FEW_DOTS}@${parts[2]}${FEW_DOTS}.${parts[3]}` : FEW_DOTS;
}
