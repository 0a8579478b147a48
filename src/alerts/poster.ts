import type { Content } from './content.ts';

/** By what a message is recognised in the channel when the answer to its post was lost. */
export interface Mark {
  installationId: string;
  alertId: number;
}

export interface Place {
  channel: string;
  /** Names the message in its channel. */
  ts: string;
}

/** Nothing was shown; it may be tried again at `retryAt`. `channel`: this channel is closed to us, others may not be. */
export interface Later {
  is: 'later';
  retryAt: Date;
  because: 'busy' | 'channel' | 'settings';
}

/** Not accepted in this form: a mistake of ours, which no repetition mends. */
export interface Refused {
  is: 'refused';
}

/** `isBare`: all but its picture, which cannot be shown, or not yet. */
export interface Shown {
  is: 'shown';
  isBare?: boolean;
}

/** `unclear`: the answer was lost, so the message may stand in the channel or not. */
export type Posted = (Shown & { ts: string }) | { is: 'unclear' } | Later | Refused;
/** `gone`: the message is there no more, or cannot be changed any more. */
export type Updated = Shown | { is: 'gone' } | Later | Refused;
export type Found = { is: 'found'; ts: string } | { is: 'absent' } | Later;

/** Where alerts are shown. One try a call, paced; no method throws for what the other side does. */
export interface Poster {
  post(channel: string, content: Content, mark: Mark): Promise<Posted>;
  /** Replaces the whole message. */
  update(place: Place, content: Content): Promise<Updated>;
  /** Posts into the thread under a message. `gone`: that message is there no more, and nothing was posted. */
  reply(parent: Place, content: Content, mark: Mark): Promise<Posted | { is: 'gone' }>;
  /** Looks for a message of ours that was posted since `oldest`. */
  find(channel: string, mark: Mark, oldest: Date): Promise<Found>;
  /** Looks for a reply of ours that was posted since `oldest`. */
  findReply(parent: Place, mark: Mark, oldest: Date): Promise<Found>;
}

/** A picture on its way to where it can be shown. */
export interface DrawnPicture {
  /** With its ending. */
  name: string;
  png: Uint8Array;
}

/** Keeps the picture where the poster can show it: its file's id. Null, and a line in the log, when that failed. */
export type KeepPicture = (picture: DrawnPicture) => Promise<string | null>;
