import { once } from 'node:events';
import type { Response } from 'express';

// A caller that sends everything before it reads must not block itself: this much of the answer is buffered for it.
const keptBytes = 4 * 1024 * 1024;
// After this long a caller that has stopped reading is given up.
const readerLimitMs = 60_000;

/**
 * Writes a part of an answer, and waits for its reader where too much is unread. Throws when the caller went away, or has
 * stopped reading; the connection is broken then.
 */
export async function writeSlowly(response: Response, text: string): Promise<void> {
  if (response.destroyed) throw new Error('the caller went away');
  response.write(text);
  if (response.writableLength < keptBytes) return;
  const gone = new AbortController();
  const onClose = (): void => {
    gone.abort();
  };
  response.once('close', onClose);
  try {
    const signal = AbortSignal.any([gone.signal, AbortSignal.timeout(readerLimitMs)]);
    await once(response, 'drain', { signal });
  } catch (error) {
    response.destroy();
    throw error;
  } finally {
    response.off('close', onClose);
  }
}
