import type { IncomingMessage } from 'node:http';

/**
 * The whole body, or `too_large` as soon as it is known to have more than `bytesMax`, or `broken` when the sender went
 * away. What is too large is not kept: the rest of it is thrown away as it comes.
 */
export function readBody(
  request: IncomingMessage,
  bytesMax: number,
): Promise<Buffer | 'too_large' | 'broken'> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const refuse = () => {
      chunks.length = 0;
      request.off('data', keep);
      request.resume();
      resolve('too_large');
    };
    const keep = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > bytesMax) return refuse();
      chunks.push(chunk);
    };
    request.on('error', () => resolve('broken'));
    if (Number(request.headers['content-length']) > bytesMax) return refuse();
    request.on('data', keep);
    request.on('end', () => resolve(Buffer.concat(chunks)));
  });
}
