import type { SyncState } from './sync-record.ts';

/** What became of a claim, in words of a short list. */
export interface ClaimEnding {
  /**
   * The state that the record has now. deferred: it comes again later; unchanged: nothing came of it; lost: another
   * holds it meanwhile, and nothing was written.
   */
  outcome: SyncState | 'deferred' | 'unchanged' | 'lost';
  /** The kind of the failure, or why the record was closed. */
  reason: string | null;
}

export function endingOf({ set, isOpen }: { set: Record<string, unknown>; isOpen?: boolean }): ClaimEnding {
  const { state, failure_kind: kind, closed_reason: closedReason } = set;
  return {
    outcome: (state as SyncState | undefined) ?? (isOpen ? 'deferred' : 'unchanged'),
    reason: (kind ?? closedReason ?? null) as string | null,
  };
}
