import type { Measures } from '../measures.ts';

export type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

/** The address of an answer to a command or click is a secret of its own. */
const RESPONSE_URL = 'response_url';

/** `fetch`, but that every call to Slack is told with its method and what came of it. */
export function measuredFetch(
  inner: Fetch,
  { slackApiUrl, measures }: { slackApiUrl: string; measures?: Measures | undefined },
): Fetch {
  if (!measures) return inner;
  return async (input, init) => {
    const startedMs = performance.now();
    const method = methodOf(String(input), slackApiUrl);
    const tell = (result: string) =>
      measures.slackCall({ method, result, tookMs: performance.now() - startedMs });
    try {
      const response = await inner(input, init);
      // Read whole before it is handed on, since only the body says whether Slack did what it was asked.
      tell(await resultOf(response.clone(), method));
      return response;
    } catch (error) {
      tell((error as Error).name === 'TimeoutError' ? 'timeout' : 'no_answer');
      throw error;
    }
  };
}

function methodOf(url: string, slackApiUrl: string): string {
  if (!url.startsWith(slackApiUrl)) return RESPONSE_URL;
  return url.slice(slackApiUrl.length).split('?', 1)[0] ?? '';
}

async function resultOf(answer: Response, method: string): Promise<string> {
  if (answer.status === 429) return 'limited';
  const body = await answer.text();
  if (!answer.ok) return 'error';
  if (method === RESPONSE_URL) return 'ok';
  try {
    return JSON.parse(body).ok === true ? 'ok' : 'refused';
  } catch {
    return 'error';
  }
}
