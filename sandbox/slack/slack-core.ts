import type { ChangeSignal } from './change-signal.ts';
import type { FileStore } from './file-store.ts';
import type { MessageStore } from './message-store.ts';
import type { RecordedCall, Refusal } from './slack-look-alike.ts';
import type { SlackRefusal } from './slack-refusal.ts';
import type { TriggerIds } from './trigger-ids.ts';
import type { ViewStore } from './view-store.ts';
import type { Workspace } from './workspace.ts';

/** The state that all parts of the look-alike share. */
export interface SlackCore {
  clock: { now(): Date };
  tokens: { bot: string; app: string };
  grantedScopes: Set<string>;
  workspace: Workspace;
  messages: MessageStore;
  files: FileStore;
  views: ViewStore;
  triggers: TriggerIds;
  signal: ChangeSignal;
  calls: RecordedCall[];
  refusals: Refusal[];
  /** `http://127.0.0.1:PORT`, once it listens. */
  origin(): string;
  /** A WebSocket address for one Socket Mode connection. */
  openSocketUrl(): string;
}

/** Keeps what was refused for its form, so that tests can assert that nothing was. */
export function noteRefusal(core: SlackCore, method: string, refusal: SlackRefusal): void {
  if (refusal.kind !== 'form') return;
  const problems = refusal.problems.length > 0 ? refusal.problems : [undefined];
  for (const problem of problems) {
    core.refusals.push({
      method,
      error: refusal.code,
      ...(problem && { path: problem.path, detail: problem.message }),
    });
  }
}
