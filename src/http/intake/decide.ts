import { acceptAppointment, findRepeated, type Visit } from '../../appointments/accept-appointment.ts';
import type { Appointment } from '../../appointments/appointment.ts';
import { readServices, readStaffNames, type Service } from '../../appointments/catalogue.ts';
import { type Persons, readPersons } from '../../appointments/persons.ts';
import { type QualifiedStaff, readQualifiedStaff } from '../../appointments/qualified-staff.ts';
import { addMs, MINUTE } from '../../instant.ts';
import { usablePhone } from '../../sync/contact.ts';
import { findPlace, type Place } from '../../sync/find-place.ts';
import type { OfferDeps } from '../../sync/offers.ts';
import { isSameCustomer, usableEmail } from '../../sync/same-customer.ts';
import { matchName } from './match-name.ts';
import type { DoorRequest, Wish } from './read-request.ts';
import { type ReadStart, readStart } from './read-start.ts';

/** What a request came to: an appointment, or why there is none. */
export type Decision =
  /** `noted`: stored without Cal.com's word; `repeated`: it was there already. */
  | { is: 'accepted' | 'noted' | 'repeated'; appointment: Appointment; service: string; staff: string | null }
  | Refusal;

export type Refusal =
  | { is: 'missing_name' | 'failed' }
  | Exclude<ReadStart, { is: 'start' }>
  /** `names`: what or whom there is to choose from, a few. */
  | { is: 'missing_service' | 'service_unknown' | 'service_unclear'; names: string[] }
  | { is: 'service_unavailable'; service: string }
  | { is: 'staff_unknown' | 'staff_unclear'; service: string; names: string[] }
  | { is: 'staff_cannot'; service: string; staff: string; names: string[]; others: Place[]; startsAt: Date }
  | { is: 'not_free'; staff: string | null; others: Place[]; startsAt: Date };

const NAMES_MAX = 4;
const TRIES_MAX = 3;
const ANYBODY =
  /^((ist )?egal|beliebig|irgend(wer|jemand|eine[rn]?)|jede[rn]?|wer (gerade )?frei ist|keine?\b.*|any(one|body)?\b.*|whoever.*|first available|no(ne|body| preference)?|null|-)$/i;

/** Decides about a request, asking Cal.com by `calls`; what is accepted is stored when this resolves. */
export async function decide(deps: OfferDeps, request: DoorRequest, now: Date): Promise<Decision> {
  const { wish } = request;
  const service = findService(await readServices(deps.db), wish.service);
  if ('is' in service) return service;
  const start = readStart(wish, { now, timeZone: deps.timeZone });
  if (start.is !== 'start') return start;
  if (wish.name === null) return { is: 'missing_name' };
  const visit = visitOf(request, { service, startsAt: start.startsAt, name: wish.name });
  const there = await findRepeated(deps.db, visit, now);
  if (there) return decided(deps, 'repeated', there, service);
  const team = await readTeam(deps, service, wish);
  return 'is' in team ? team : findAndAccept(deps, { visit, service, team, now });
}

function findService(services: Service[], asked: string | null): Service | Refusal {
  const offered = namesOf(services.filter(({ isOffered }) => isOffered));
  if (asked === null) return { is: 'missing_service', names: offered };
  const found = matchName(services, asked);
  const names = namesOf(found);
  const [first] = found.toSorted((one, other) => Number(other.isOffered) - Number(one.isOffered));
  if (!first) return { is: 'service_unknown', names: offered };
  if (names.length > 1) return { is: 'service_unclear', names };
  return first.durationMinutes > 0 ? first : { is: 'service_unavailable', service: first.name };
}

function visitOf(
  { callId, wish }: DoorRequest,
  { service, startsAt, name }: { service: Service; startsAt: Date; name: string },
): Visit {
  const customer = { name, phone: usablePhone(wish.phone), email: usableEmail(wish.email) };
  return {
    callId,
    customer,
    isCustomer: (stored) => isSameCustomer(customer, stored),
    serviceId: service.id,
    startsAt,
    endsAt: addMs(startsAt, service.durationMinutes * MINUTE),
  };
}

/** Who may do it: those who were asked for, and who else there is. */
interface Team {
  persons: Persons;
  staff: QualifiedStaff[];
  colleagues: QualifiedStaff[];
  /** Who was asked for by name. */
  askedFor: string | null;
}

async function readTeam({ db }: OfferDeps, service: Service, wish: Wish): Promise<Team | Refusal> {
  const [qualified, everybody, persons] = await Promise.all([
    readQualifiedStaff(db, service.id),
    readStaffNames(db),
    readPersons(db),
  ]);
  if (qualified.length === 0) return { is: 'service_unavailable', service: service.name };
  if (wish.staff === null || ANYBODY.test(wish.staff))
    return { persons, staff: qualified, colleagues: [], askedFor: null };
  const meant = matchName(everybody, wish.staff);
  const [first] = meant;
  if (!first) return { is: 'staff_unknown', service: service.name, names: namesOf(qualified) };
  const able = qualified.filter(({ staffId }) => meant.some(({ id }) => id === staffId));
  if (new Set(able.map(({ staffId }) => persons.personOf(staffId))).size > 1)
    return { is: 'staff_unclear', service: service.name, names: namesOf(able) };
  const staff = able.slice(0, 1);
  const colleagues = qualified.filter((each) => !able.includes(each));
  return { persons, staff, colleagues, askedFor: staff[0]?.name ?? first.name };
}

interface Case {
  visit: Visit;
  service: Service;
  team: Team;
  now: Date;
}

/** Looks again when somebody else was faster: then there is one of ours more in the way. */
async function findAndAccept(deps: OfferDeps, { visit, service, team, now }: Case): Promise<Decision> {
  const { persons, staff, colleagues, askedFor } = team;
  const { startsAt } = visit;
  const wanted = { staff, colleagues, startsAt, durationMinutes: service.durationMinutes, persons, now };
  let others: Place[] = [];
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const place = await findPlace(deps, wanted);
    if (place.is === 'taken') {
      // Perhaps by this very visit: the same request may have come twice at the same moment.
      const there = await findRepeated(deps.db, visit, now);
      if (there) return decided(deps, 'repeated', there, service);
      others = place.others;
      break;
    }
    const { staffId } = place.staff;
    const accepted = await acceptAppointment(deps.db, visit, { staffId, persons, now });
    if (accepted.is === 'repeated') return decided(deps, 'repeated', accepted.appointment, service);
    if (accepted.is === 'accepted')
      return decided(deps, place.isChecked ? 'accepted' : 'noted', accepted.appointment, service);
  }
  if (staff.length > 0) return { is: 'not_free', staff: askedFor, others, startsAt };
  const names = namesOf(colleagues);
  return { is: 'staff_cannot', service: service.name, staff: askedFor ?? '', names, others, startsAt };
}

async function decided(
  { db }: OfferDeps,
  is: 'accepted' | 'noted' | 'repeated',
  appointment: Appointment,
  service: Service,
): Promise<Decision> {
  const staff = (await readStaffNames(db)).find(({ id }) => id === appointment.staffId);
  return { is, appointment, service: service.name, staff: staff?.name ?? null };
}

function namesOf(items: { name: string }[]): string[] {
  return [...new Set(items.map(({ name }) => name.trim()))].slice(0, NAMES_MAX);
}
