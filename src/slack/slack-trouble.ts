import { webApi } from '@slack/bolt';

/** What a failed call of Slack's Web API means for the one who called. */
export type SlackTrouble =
  /** Not done; Slack names the wait. */
  | { is: 'limited'; retryAfterSeconds: number }
  /** Not done: Slack could not be reached. */
  | { is: 'unreached' }
  /** The answer was lost; a write may have been done. */
  | { is: 'lost' }
  /** The message is there no more, or may not be changed any more. */
  | { is: 'gone' }
  /** Not done, until somebody changes something. */
  | { is: 'closed'; where: 'channel' | 'workspace' | 'method'; code: string }
  /** Not done: Slack does not accept the call in this form. */
  | { is: 'refused'; code: string; details: string[] };

const GONE = new Set(['message_not_found', 'cant_update_message', 'edit_window_closed']);
const CHANNEL_CLOSED = new Set([
  'channel_not_found',
  'not_in_channel',
  'is_archived',
  'is_inactive',
  'restricted_action',
  'restricted_action_read_only_channel',
  'restricted_action_thread_only_channel',
  'restricted_action_non_threadable_channel',
]);
const WORKSPACE_CLOSED = new Set([
  'invalid_auth',
  'not_authed',
  'token_revoked',
  'token_expired',
  'account_inactive',
  'user_removed_from_team',
  'org_login_required',
  'team_access_not_granted',
  'enterprise_is_restricted',
  'ekm_access_denied',
  'accesslimited',
  'access_denied',
]);
const METHOD_CLOSED = new Set([
  'missing_scope',
  'no_permission',
  'not_allowed_token_type',
  'method_deprecated',
]);
const RATE_LIMITED = new Set(['ratelimited', 'rate_limited', 'message_limit_exceeded']);
// Slack says of the first two that part of the operation may have succeeded.
const LOST = new Set(['internal_error', 'fatal_error', 'service_unavailable', 'team_added_to_org']);

// Systems that answered before anything was sent to Slack.
const UNREACHED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);
const RETRY_AFTER_SECONDS = 30;
const CODE = /^[a-z][a-z0-9_]*$/;

/** By the error's class and, for an answer, by Slack's own word. Whatever is not known to be undone counts as lost. */
export function slackTrouble(error: unknown): SlackTrouble {
  if (error instanceof webApi.WebAPIRateLimitedError) return limited(error.retryAfter);
  if (error instanceof webApi.WebAPIHTTPError) {
    return error.statusCode >= 500 ? { is: 'lost' } : { is: 'unreached' };
  }
  if (error instanceof webApi.WebAPIRequestError) {
    return isUnreached(error.original) ? { is: 'unreached' } : { is: 'lost' };
  }
  if (error instanceof webApi.WebAPIPlatformError) return troubleOfAnswer(error);
  return { is: 'lost' };
}

function troubleOfAnswer({ data }: webApi.WebAPIPlatformError): SlackTrouble {
  const code = data.error;
  if (RATE_LIMITED.has(code)) return limited(data.response_metadata?.retryAfter);
  if (GONE.has(code)) return { is: 'gone' };
  if (CHANNEL_CLOSED.has(code)) return { is: 'closed', where: 'channel', code };
  if (WORKSPACE_CLOSED.has(code)) return { is: 'closed', where: 'workspace', code };
  if (METHOD_CLOSED.has(code)) return { is: 'closed', where: 'method', code };
  // What stands between us and Slack may answer with a page, which the client takes for an error's name.
  if (LOST.has(code) || !CODE.test(code)) return { is: 'lost' };
  return { is: 'refused', code, details: data.response_metadata?.messages ?? [] };
}

function limited(retryAfterSeconds: number | undefined): SlackTrouble {
  return { is: 'limited', retryAfterSeconds: retryAfterSeconds ?? RETRY_AFTER_SECONDS };
}

function isUnreached(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  if (code !== undefined && UNREACHED.has(code)) return true;
  const causes = error instanceof AggregateError ? error.errors : [error.cause];
  return causes.length > 0 && causes.every(isUnreached);
}
