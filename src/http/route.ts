import type { IncomingHttpHeaders } from 'node:http';

export interface HttpRequest {
  headers: IncomingHttpHeaders;
  /** As it came, so that a signature over it can be checked; empty for GET. */
  body: Buffer;
}

export interface HttpAnswer {
  status: number;
  contentType?: string;
  body?: string;
}

/** Answers one request. What it throws is logged and answered with 500, without a word about it. */
export type Endpoint = (request: HttpRequest) => Promise<HttpAnswer>;

export interface Route {
  /** GET answers HEAD too. */
  method: 'GET' | 'POST';
  path: `/${string}`;
  answer: Endpoint;
}

export type Found = { is: 'found'; route: Route } | { is: 'unknown' } | { is: 'wrong_method'; allow: string };

/** The route for a request line; `url` is its target, a query included. */
export function findRoute(routes: Route[], { method, url }: { method: string; url: string }): Found {
  const [path] = url.split('?', 1);
  const there = routes.filter((route) => route.path === path);
  if (there.length === 0) return { is: 'unknown' };
  const wanted = method === 'HEAD' ? 'GET' : method;
  const route = there.find((each) => each.method === wanted);
  if (route) return { is: 'found', route };
  return { is: 'wrong_method', allow: there.map((each) => each.method).join(', ') };
}

export function jsonAnswer(status: number, value: unknown): HttpAnswer {
  return { status, contentType: 'application/json; charset=utf-8', body: JSON.stringify(value) };
}
