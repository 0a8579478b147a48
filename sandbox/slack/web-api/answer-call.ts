import { noteRefusal, type SlackCore } from '../slack-core.ts';
import type { Json } from '../slack-look-alike.ts';
import { refuseForm, SlackRefusal } from '../slack-refusal.ts';
import type { Method } from './method.ts';
import { methodNamed } from './methods.ts';

export interface Call {
  method: string;
  token: string | undefined;
  args: Json;
}

/** Runs a call and gives the body of its answer; refusals are `ok: false` bodies, never throws. */
export function answerCall(core: SlackCore, call: Call): Json {
  try {
    const method = methodNamed(call.method);
    if (!method) throw refuseForm('unknown_method');
    assertToken(core, call.token, method);
    assertScope(core, call.args, method);
    return { ok: true, ...method.run(call.args, core) };
  } catch (error) {
    if (!(error instanceof SlackRefusal)) throw error;
    noteRefusal(core, call.method, error);
    return error.answer();
  }
}

function assertToken(core: SlackCore, token: string | undefined, method: Method): void {
  if (token === undefined || token === '') throw new SlackRefusal('not_authed');
  const kind = token === core.tokens.bot ? 'bot' : token === core.tokens.app ? 'app' : undefined;
  if (kind === undefined) throw new SlackRefusal('invalid_auth');
  if (kind !== (method.token ?? 'bot')) throw new SlackRefusal('not_allowed_token_type');
}

function assertScope(core: SlackCore, args: Json, method: Method): void {
  const needed = typeof method.scope === 'function' ? method.scope(args, core) : method.scope;
  if (needed === undefined || core.grantedScopes.has(needed)) return;
  throw new SlackRefusal('missing_scope', { extra: { needed, provided: [...core.grantedScopes].join(',') } });
}
