import { parsePhoneNumberFromString } from 'libphonenumber-js/max';

const DEFAULT_COUNTRY = 'DE';

/** The number in international form, or null when libphonenumber does not call it valid (`anonymous_…` and friends). */
export function usablePhone(phone: string | null): string | null {
  if (phone === null || /[a-z_]/i.test(phone)) return null;
  const parsed = parsePhoneNumberFromString(phone, DEFAULT_COUNTRY);
  return parsed?.isValid() ? parsed.number : null;
}

export function ownEmail(email: string | null): string | null {
  return email?.trim() || null;
}

/** The address Cal.com gets for a customer without one: one for each customer, and nobody's. */
export function placeholderEmail(customerId: number, domain: string): string {
  return `customer_${customerId}@${domain}`;
}
