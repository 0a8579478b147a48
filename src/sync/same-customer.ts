import { plainWords } from '../appointments/plain-words.ts';
import { ownEmail, usablePhone } from './contact.ts';

interface Contact {
  name: string;
  email: string | null;
  phone: string | null;
}

const FORMS_OF_ADDRESS = ['frau', 'herr', 'mr', 'mrs', 'ms', 'miss', 'dr', 'prof'];
const NOBODY =
  /^(anonym(ous)?|unknown|unbekannt|withheld|restricted|private|unavailable|blocked|none|null|no-?reply)(_[^@]*)?@/i;
const ADDRESS = /^[^\s@<>"',;:()]{1,64}@(?:[\p{L}\d](?:[\p{L}\d-]*[\p{L}\d])?\.)+[\p{L}\d-]{2,}$/u;
/** RFC 2606: nobody has an address there; `anonymous.invalid` is what phones send (RFC 3323). */
const NO_MAIL = /\.invalid$/i;

/** The address as it was given, or null when it is none, or nobody's: `anonymous@anonymous.invalid` and friends. */
export function usableEmail(email: string | null): string | null {
  const address = ownEmail(email);
  if (address === null || !ADDRESS.test(address) || NOBODY.test(address) || NO_MAIL.test(address))
    return null;
  return address;
}

/** Whether a stored customer is who gives this contact: phone or e-mail are equal, and the names do not disagree. */
export function isSameCustomer(given: Contact, stored: Contact): boolean {
  const phone = usablePhone(given.phone);
  const email = usableEmail(given.email);
  const isSamePhone = phone !== null && phone === usablePhone(stored.phone);
  const isSameEmail = email !== null && email.toLowerCase() === ownEmail(stored.email)?.toLowerCase();
  return (isSamePhone || isSameEmail) && namesAgree(given.name, stored.name);
}

/** `Müller`, `Frau Müller` and `Anna Mueller` may all be `Anna Müller`; `Peter Müller` is somebody else. */
function namesAgree(one: string, other: string): boolean {
  const [few = [], many = []] = [nameWords(one), nameWords(other)].toSorted((a, b) => a.length - b.length);
  return few.length > 0 && few.every((word) => many.includes(word));
}

function nameWords(name: string): string[] {
  return plainWords(name).filter((word) => !FORMS_OF_ADDRESS.includes(word));
}
