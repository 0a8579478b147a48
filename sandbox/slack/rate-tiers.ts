import { elapsedMs } from './real-time.ts';
import type { Json } from './slack-look-alike.ts';

/** Calls a minute that Slack's tiers grant one app in one workspace (docs.slack.dev, rate limits). */
const TIERS = { tier1: 1, tier2: 20, tier3: 50, tier4: 100 };

const METHOD_TIERS: Record<string, keyof typeof TIERS> = {
  'apps.connections.open': 'tier3',
  'chat.update': 'tier3',
  'chat.delete': 'tier3',
  'chat.postEphemeral': 'tier4',
  'conversations.info': 'tier3',
  'conversations.history': 'tier3',
  'conversations.replies': 'tier3',
  'conversations.join': 'tier3',
  'conversations.open': 'tier3',
  'conversations.members': 'tier4',
  'conversations.list': 'tier2',
  'files.getUploadURLExternal': 'tier4',
  'files.completeUploadExternal': 'tier4',
  'users.info': 'tier4',
  'users.list': 'tier2',
  'usergroups.list': 'tier2',
  'usergroups.users.list': 'tier2',
  'reactions.add': 'tier3',
  'views.open': 'tier4',
  'views.push': 'tier4',
  'views.update': 'tier4',
  'views.publish': 'tier4',
};

/**
 * Posting: one a second for each channel, short bursts tolerated, and a few hundred a minute for the
 * workspace.
 */
const POST_BURST = 3;
const POSTS_PER_MINUTE = 300;

export interface RateLimits {
  /** Counts the call; the seconds to wait when it is one too many. */
  take(method: string, args: Json): number | undefined;
}

export function createRateLimits(): RateLimits {
  const buckets = new Map<string, ReturnType<typeof createBucket>>();
  const bucket = (key: string, limits: BucketLimits) => {
    const known = buckets.get(key) ?? createBucket(limits);
    buckets.set(key, known);
    return known;
  };
  return {
    take(method, args) {
      if (method === 'chat.postMessage') {
        const channel = bucket(`post ${String(args.channel)}`, { perMinute: 60, burst: POST_BURST });
        const workspace = bucket('post', { perMinute: POSTS_PER_MINUTE, burst: POSTS_PER_MINUTE });
        return channel.take() ?? workspace.take();
      }
      const tier = METHOD_TIERS[method];
      if (!tier) return undefined;
      return bucket(method, { perMinute: TIERS[tier], burst: TIERS[tier] }).take();
    },
  };
}

interface BucketLimits {
  perMinute: number;
  burst: number;
}

function createBucket({ perMinute, burst }: BucketLimits) {
  let level = burst;
  let filledAtMs = elapsedMs();
  return {
    take(): number | undefined {
      const nowMs = elapsedMs();
      level = Math.min(burst, level + ((nowMs - filledAtMs) / 60_000) * perMinute);
      filledAtMs = nowMs;
      if (level < 1) return Math.ceil(((1 - level) * 60) / perMinute);
      level -= 1;
      return undefined;
    },
  };
}
