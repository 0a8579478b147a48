import { randomBytes } from 'node:crypto';
import { elapsedMs } from './real-time.ts';
import { checkMessage } from './rules/message-rules.ts';
import type { SlackCore } from './slack-core.ts';
import type { Interaction, Json, StoredMessage } from './slack-look-alike.ts';
import { refuseForm, SlackRefusal } from './slack-refusal.ts';

const USES_MAX = 5;
const LIFETIME_MS = 30 * 60_000;

export interface ResponseUrls {
  create(origin: ResponseOrigin): string;
  /** Answers a POST to `path`. Throws used_url, expired_url, or what is wrong with the message. */
  answer(path: string, body: Json): void;
}

export interface ResponseOrigin {
  user: string;
  channel: string;
  /** The message whose button was pressed: what replace_original and delete_original mean. */
  source?: StoredMessage | undefined;
  interaction: Interaction;
}

export function createResponseUrls(core: SlackCore): ResponseUrls {
  const known = new Map<string, { origin: ResponseOrigin; uses: number; createdAtMs: number }>();
  return {
    create(origin) {
      const path = `/response/${core.workspace.team.id}/${known.size}/${randomBytes(12).toString('hex')}`;
      known.set(path, { origin, uses: 0, createdAtMs: elapsedMs() });
      return core.origin() + path;
    },
    answer(path, body) {
      const entry = known.get(path);
      if (!entry || elapsedMs() - entry.createdAtMs > LIFETIME_MS) throw new SlackRefusal('expired_url');
      if (entry.uses >= USES_MAX) throw new SlackRefusal('used_url');
      applyResponse(core, entry.origin, body);
      entry.uses += 1;
    },
  };
}

/** Shows what an app sends to a response_url, or as the answer to a command. */
export function applyResponse(core: SlackCore, origin: ResponseOrigin, body: Json): void {
  const { source, interaction } = origin;
  if (isSet(body.delete_original)) {
    if (source) core.messages.remove(source);
    return;
  }
  const content = checkMessage(body, { isResponse: true });
  if (isSet(body.replace_original) && source) {
    core.messages.change(source, content);
    interaction.responses.push(source);
    return;
  }
  const responseType = body.response_type ?? 'ephemeral';
  if (responseType !== 'ephemeral' && responseType !== 'in_channel') {
    throw refuseForm('invalid_arguments', [
      { path: '/response_type', message: 'must be a valid enum value' },
    ]);
  }
  const message = core.messages.post(content, {
    channel: origin.channel,
    user: core.workspace.bot.userId,
    threadTs: body.thread_ts as string | undefined,
    ephemeralTo: responseType === 'ephemeral' ? origin.user : undefined,
  });
  interaction.responses.push(message);
}

function isSet(value: unknown): boolean {
  return value === true || value === 'true';
}
