/** What one check of the doctor found; `info` is worth knowing, and nothing is wrong. */
export interface Finding {
  /** `area.subject`, the same in every run. */
  check: string;
  level: 'ok' | 'info' | 'warning' | 'failed' | 'skipped';
  /** How it is. No secret, and of people only the staff's names. */
  what: string;
  /** Why that matters; null when nothing has to be done. */
  why: string | null;
  /** What to do about it, or null. */
  remedy: string | null;
}

/** Something that somebody has to know or to mend. */
export interface Trouble {
  what: string;
  why: string;
  remedy: string;
}

export function ok(check: string, what: string): Finding {
  return { check, level: 'ok', what, why: null, remedy: null };
}

export function info(check: string, trouble: Trouble): Finding {
  return { check, level: 'info', ...trouble };
}

export function warning(check: string, trouble: Trouble): Finding {
  return { check, level: 'warning', ...trouble };
}

export function failed(check: string, trouble: Trouble): Finding {
  return { check, level: 'failed', ...trouble };
}

/** Could not be found out, because of something that another finding tells. */
export function skipped(check: string, because: string): Finding {
  return { check, level: 'skipped', what: because, why: null, remedy: null };
}
