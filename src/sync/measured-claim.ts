import type { Claim } from '../appointments/claim.ts';
import type { Situation } from '../appointments/situation.ts';
import type { SyncDeps } from './work.ts';

/**
 * The claim, but that it tells what became of it, how long that took, and for how long the bot had known of a difference
 * that is closed now.
 */
export function measuredClaim(
  { claim, situation }: { claim: Claim; situation: Situation },
  { clock, measures, runningSince }: Pick<SyncDeps, 'clock' | 'measures'> & { runningSince: Date | null },
): Claim {
  if (!measures) return claim;
  const startedMs = performance.now();
  const { failureKind, pendingSince } = situation.record;
  // What waited for its window to open, or for Start, could not have been booked before.
  const noticedAt = failureKind === 'outside_window' ? null : later(pendingSince, runningSince);
  return {
    ...claim,
    onEnded(ending) {
      const isClosed = ending.outcome === 'synced' && noticedAt !== null;
      measures.claim({
        ...ending,
        tookMs: performance.now() - startedMs,
        noticedMsAgo: isClosed ? clock.now().getTime() - noticedAt.getTime() : null,
      });
    },
  };
}

function later(noticed: Date | null, runningSince: Date | null): Date | null {
  return noticed && runningSince && runningSince > noticed ? runningSince : noticed;
}
