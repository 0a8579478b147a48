import type { Claim } from '../appointments/claim.ts';
import type { Situation } from '../appointments/situation.ts';
import type { SyncDeps } from './work.ts';

/** The claim, but that it tells what became of it, how long that took, and how long ago the difference was noticed. */
export function measuredClaim(
  claim: Claim,
  { record }: Situation,
  { clock, measures }: Pick<SyncDeps, 'clock' | 'measures'>,
): Claim {
  if (!measures) return claim;
  const startedMs = performance.now();
  // What waited for its window to open could not have been booked before.
  const noticedAt = record.failureKind === 'outside_window' ? null : record.pendingSince;
  return {
    ...claim,
    onEnded(ending) {
      const isBooked = ending.outcome === 'synced' && noticedAt !== null;
      measures.claim({
        ...ending,
        tookMs: performance.now() - startedMs,
        noticedMsAgo: isBooked ? clock.now().getTime() - noticedAt.getTime() : null,
      });
    },
  };
}
