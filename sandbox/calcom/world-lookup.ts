import type { Caller } from './call.ts';
import type { CalcomState, EventType, Host, StoredBooking } from './world.ts';

/** All team event types are one team's. */
export const TEAM_ID = 1;

export const DEFAULT_TIME_ZONE = 'Europe/Berlin';

/** The person whose API key it is: may act for every host, and hosts nothing. */
export const KEY_OWNER: Caller = {
  id: 90_001,
  username: 'key-owner',
  name: 'Key Owner',
  email: 'key-owner@example.com',
  timeZone: DEFAULT_TIME_ZONE,
  isAdmin: true,
};

export function findHost(state: CalcomState, id: number | undefined): Host | undefined {
  return state.hosts.find((host) => host.id === id);
}

export function findEventType(state: CalcomState, id: number): EventType | undefined {
  return state.eventTypes.find((eventType) => eventType.id === id);
}

export function findBooking(state: CalcomState, uid: string): StoredBooking | undefined {
  return state.bookings.find((booking) => booking.uid === uid);
}

/** All bookings of the series with that uid. */
export function findSeries(state: CalcomState, uid: string): StoredBooking[] {
  return state.bookings.filter(({ seriesUid }) => seriesUid === uid);
}

export function hostsOf(state: CalcomState, eventType: EventType): Host[] {
  const hosts = eventType.hostIds
    .map((id) => findHost(state, id))
    .filter((host) => host !== undefined && !host.deleted) as Host[];
  return isTeamEvent(eventType) ? hosts : hosts.slice(0, 1);
}

export function isTeamEvent({ schedulingType }: EventType): boolean {
  return schedulingType === 'roundRobin' || schedulingType === 'collective';
}

/** Lower case, everything but letters and digits as one dash: Cal.com's slugs and user names. */
export function slugOf(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}
