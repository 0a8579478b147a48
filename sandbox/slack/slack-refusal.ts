export interface Problem {
  /** JSON pointer, such as /blocks/0/text/text. */
  path: string;
  message: string;
}

/**
 * An `ok: false` answer. With `kind: 'form'` the payload itself is at fault, and the look-alike keeps it as
 * a refusal.
 */
export class SlackRefusal extends Error {
  readonly code: string;
  readonly kind: 'form' | 'state';
  readonly problems: Problem[];
  readonly extra: Record<string, unknown>;

  constructor(
    code: string,
    details: { kind?: 'form' | 'state'; problems?: Problem[]; extra?: Record<string, unknown> } = {},
  ) {
    super(code);
    this.name = 'SlackRefusal';
    this.code = code;
    this.kind = details.kind ?? 'state';
    this.problems = details.problems ?? [];
    this.extra = details.extra ?? {};
  }

  /** The body of the answer, with Slack's `[ERROR] … [json-pointer:…]` lines. */
  answer(): Record<string, unknown> {
    const errors = this.problems.map(({ path, message }) => `${message} [json-pointer:${path}]`);
    return {
      ok: false,
      error: this.code,
      ...this.extra,
      ...(errors.length > 0 && {
        errors,
        response_metadata: { messages: errors.map((error) => `[ERROR] ${error}`) },
      }),
    };
  }
}

/** The payload's form is wrong; `problems` name where. */
export function refuseForm(code: string, problems: Problem[] = []): SlackRefusal {
  return new SlackRefusal(code, { kind: 'form', problems });
}
