// The three shapes in which Cal.com API v2 says no, and the one in which it says yes.

/** What goes over the wire; an object becomes JSON, a string is sent as it is. */
export interface Answer {
  status: number;
  body: object | string;
}

type Shape = 'exception' | 'schema' | 'query' | 'bare';

/** One wrong field of a query, as `error.details.errors` lists it. */
export interface FieldError {
  property: string;
  value: unknown;
  constraints: Record<string, string>;
}

const EXCEPTIONS: Record<number, { code: string; error: string }> = {
  400: { code: 'BadRequestException', error: 'Bad Request' },
  401: { code: 'UnauthorizedException', error: 'Unauthorized' },
  403: { code: 'ForbiddenException', error: 'Forbidden' },
  404: { code: 'NotFoundException', error: 'Not Found' },
  409: { code: 'ConflictException', error: 'Conflict' },
  422: { code: 'UnprocessableEntityException', error: 'Unprocessable Entity' },
  429: { code: 'ThrottlerException', error: 'Too Many Requests' },
};

/** Thrown by an operation that Cal.com would refuse, before anything is committed; the server renders it. */
export class Refusal extends Error {
  readonly status: number;
  readonly shape: Shape;
  readonly code: string;
  readonly fields: FieldError[];

  constructor(
    status: number,
    message: string,
    form: { shape?: Shape; code?: string; fields?: FieldError[] } = {},
  ) {
    super(message);
    this.status = status;
    this.shape = form.shape ?? 'exception';
    this.code = form.code ?? EXCEPTIONS[status]?.code ?? 'HttpException';
    this.fields = form.fields ?? [];
  }
}

/** An exception of the API layer itself: envelope with `details`. */
export function refused(status: number, message: string): Refusal {
  return new Refusal(status, message);
}

/** An error of Cal.com's core that no filter wraps: `{statusCode, message}`. */
export function refusedBare(status: number, message: string): Refusal {
  return new Refusal(status, message, { shape: 'bare' });
}

/** A body that the core's own schema refuses: envelope without `details`, code BAD_REQUEST. */
export function refusedBySchema(issues: string[]): Refusal {
  const message = issues.map((issue) => `${issue}, `).join('');
  return new Refusal(400, message, { shape: 'schema', code: 'BAD_REQUEST' });
}

/** An error of the internal procedure layer, whose own words Cal.com hides. */
export function refusedByProcedure(): Refusal {
  const message = 'Bad request: Please check your request data and try again';
  return new Refusal(400, message, { shape: 'schema', code: 'TRPCError' });
}

/** A query or class body with wrong fields. */
export function refusedFields(fields: FieldError[]): Refusal {
  return new Refusal(400, 'Bad Request Exception', { shape: 'query', fields });
}

export function success(status: number, data: unknown, more: object = {}): Answer {
  return { status, body: { status: 'success', data, ...more } };
}

/** Renders a refusal for the request that got it. `path` is the request's path with its query. */
export function renderRefusal(refusal: Refusal, at: { path: string; now: Date }): Answer {
  const { status, message, code, shape } = refusal;
  if (shape === 'bare') return { status, body: { statusCode: status, message } };
  return {
    status,
    body: {
      status: 'error',
      timestamp: at.now.toISOString(),
      path: at.path,
      error: { code, message, ...details(refusal) },
    },
  };
}

function details({ status, message, shape, fields }: Refusal): { details?: unknown } {
  if (shape === 'schema') return {};
  if (shape === 'query') return { details: { errors: fields } };
  if (status === 429) return { details: message };
  return { details: { message, error: EXCEPTIONS[status]?.error ?? 'Error', statusCode: status } };
}
