// What tests, scenarios and the demo page see of the look-alike. Start it with `startSlack`.

export type Json = Record<string, unknown>;

export interface SlackWorld {
  team?: { id: string; domain: string };
  users: {
    id: string;
    name: string;
    realName?: string;
    locale?: string;
    tz?: string;
    isAdmin?: boolean;
    /** The first bot among the users is the bot under test. */
    isBot?: boolean;
  }[];
  /** Ids beginning with G are private channels, all others public. */
  channels: { id: string; name: string; members: string[]; botIsMember: boolean; archived?: boolean }[];
  userGroups?: { id: string; handle: string; users: string[] }[];
}

export interface StoredMessage {
  ts: string;
  channel: string;
  user: string;
  text: string;
  /** As Slack returns them: a block_id and action_id is filled in where the app gave none. */
  blocks: Json[];
  attachments: Json[];
  metadata?: { event_type: string; event_payload: Json };
  threadTs?: string;
  isBroadcast?: boolean;
  /** How often it was changed since it was posted. */
  edits: number;
  deleted?: boolean;
  ephemeralTo?: string;
  reactions: { name: string; users: string[] }[];
}

export interface StoredFile {
  id: string;
  name: string;
  title: string | undefined;
  altText: string | undefined;
  /** Null until they are uploaded. */
  bytes: Uint8Array | null;
}

/** A view as Slack sends it in its payloads, and the errors that the app's last answer put on its inputs. */
export interface StoredView extends Json {
  id: string;
  type: 'modal' | 'home';
  callback_id: string;
  private_metadata: string;
  hash: string;
  blocks: Json[];
  state: { values: Record<string, Record<string, Json>> };
  errors?: Record<string, string>;
}

export interface Interaction {
  acknowledged: boolean;
  ackBody?: unknown;
  /**
   * The answer to a command and everything sent to the response_url; grows while the app goes on answering.
   */
  responses: StoredMessage[];
  /** Slack's own words when the app failed the person (no acknowledgement in 3 s, an unusable answer). */
  personSaw?: string;
}

export type Fault =
  | { kind: 'error'; error: string }
  | { kind: 'rate_limited'; retryAfterSeconds: number }
  | { kind: 'http'; status: number; body?: string }
  | { kind: 'hang' }
  | { kind: 'reset' }
  | { kind: 'lands_then_hangs' }
  | { kind: 'lands_then_reset' }
  /** Waits first and lands then, whether or not the caller is still there. */
  | { kind: 'slow'; ms: number };

/**
 * Without `method` it meets every call, without `times` until removed. `response_url` and `upload_url` are methods here
 * too.
 */
export interface FaultRule {
  method?: string;
  times?: number;
  fault: Fault;
}

export interface RecordedCall {
  method: string;
  args: Json;
  /** What was or would have been answered; undefined when a fault kept the call from running. */
  answer: unknown;
  at: Date;
  fault?: Fault['kind'];
}

export interface Refusal {
  method: string;
  error: string;
  path?: string;
  detail?: string;
}

export interface ViewClick {
  user: string;
  actionId: string;
  blockId?: string;
  /** A button's value, an option's value, a date, a text; several for a multi-select. */
  value?: string | string[];
  /** Default: the top of the person's modals, else their App Home. */
  viewId?: string;
}

/** What everybody may know of the workspace. */
export interface Neighbourhood {
  bot: { userId: string; name: string };
  users: SlackWorld['users'];
  userGroups: { id: string; handle: string; users: string[] }[];
  channels: {
    id: string;
    name: string;
    kind: 'public' | 'private' | 'direct';
    members: string[];
    isArchived: boolean;
  }[];
}

export interface SlackLookAlike {
  /** `http://127.0.0.1:PORT/api/`, the bot's SLACK_API_URL. */
  url: string;
  /** Top-level messages in the order of posting, deleted ones included and marked. */
  messages(channel: string): StoredMessage[];
  /** The replies under a message, without the message itself. */
  thread(channel: string, ts: string): StoredMessage[];
  ephemerals(user: string): StoredMessage[];
  neighbourhood(): Neighbourhood;
  /** A person writes, maybe for one other's eyes only. Throws outside the person's channels and in archived ones. */
  say(input: {
    user: string;
    channel: string;
    text: string;
    threadTs?: string;
    onlyTo?: string;
  }): StoredMessage;
  /** Somebody archives the channel, or brings it back. */
  setArchived(channel: string, isArchived: boolean): void;
  /** Every file whose upload was begun. */
  files(): StoredFile[];
  command(input: { user: string; channel: string; command: string; text?: string }): Promise<Interaction>;
  /**
   * Finds the element in the message as it stands, else in what it was before its updates (a click on a
   * message that the person saw a moment ago); `value` picks among buttons of one action id, or the option
   * of a menu.
   */
  click(input: {
    user: string;
    channel: string;
    ts: string;
    actionId: string;
    value?: string;
    blockId?: string;
  }): Promise<Interaction>;
  clickInView(input: ViewClick): Promise<Interaction>;
  /**
   * `values` by block_id and action_id: plain text, date, option value (or a list of them), or Slack's own
   * state object. What is not given keeps its initial value. Slack's client refuses empty required inputs
   * itself: `personSaw`.
   */
  submitView(input: {
    user: string;
    viewId?: string;
    values?: Record<string, Record<string, unknown>>;
  }): Promise<Interaction>;
  closeView(input: { user: string; viewId?: string }): Promise<Interaction>;
  /** The top of the person's modals. */
  viewOf(user: string): StoredView | undefined;
  openHome(user: string): Promise<void>;
  homeOf(user: string): StoredView | undefined;
  /** A person deletes it. */
  deleteMessage(channel: string, ts: string): void;
  faults: { add(rule: FaultRule): { remove(): void }; clear(): void };
  /** All of them, or `count`. */
  disconnectSockets(reason?: 'warning' | 'refresh_requested', count?: number): void;
  connectedSockets(): number;
  /** The next envelope arrives twice, the second time on another connection when there is one. */
  duplicateNextDelivery(): void;
  /** Refuses TCP until `resume`, which listens on the same port again. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  calls: RecordedCall[];
  /** Every payload refused for its form; a healthy bot leaves it empty. */
  refusals: Refusal[];
  /** Rejects after `timeoutMs` of real time (default 10 s). */
  waitFor(predicate: () => boolean, timeoutMs?: number): Promise<void>;
  /** Calls `listener` after each change until the returned function is called. */
  onChange(listener: () => void): () => void;
  stop(): Promise<void>;
}

export interface SlackOptions {
  clock: { now(): Date };
  world: SlackWorld;
  botToken: string;
  appToken: string;
  signingSecret?: string;
  /** Granted bot scopes. Default: all but chat:write.public, so that a bot outside a channel is told so. */
  scopes?: string[];
  port?: number;
  rateLimits?: boolean;
  deliver?: 'socket' | { http: string };
}
