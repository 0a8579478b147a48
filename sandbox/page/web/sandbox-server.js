// The page's two ways to its server: pictures come, what a person does goes.

/** Calls `show` with every picture of this person, and `lost` when the server is gone. Returns what ends it. */
export function watch(person, { show, lost }) {
  const events = new EventSource(`/events?person=${encodeURIComponent(person)}`);
  events.addEventListener('message', ({ data }) => show(JSON.parse(data)));
  events.addEventListener('error', lost);
  return () => events.close();
}

/** Returns what the person sees when it did not work, or undefined. */
export async function control(name, body) {
  try {
    const response = await fetch(`/control/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const { personSaw, problem, say } = await response.json();
    return personSaw ?? problem ?? say;
  } catch (error) {
    return String(error.message);
  }
}
