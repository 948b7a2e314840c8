import type { OutboxStore } from '../contract/outbox.js';
import type { Db } from './client.js';
import { deleteWords, pendingWords, putOffWord } from './queries/outbox.js';

/** The outbox in Postgres, as the gateway to Temporal sees it. */
export function createOutboxStore(db: Db): OutboxStore {
  return {
    pending: (target) => pendingWords(db, target),
    told: together((ids) => deleteWords(db, ids)),
    failed: (wordId, reason) => putOffWord(db, wordId, reason),
  };
}

/** One statement for many callers: those who come while one runs share the next statement and its result. */
function together(act: (ids: readonly number[]) => Promise<void>): (id: number) => Promise<void> {
  let waiting: number[] = [];
  let running: Promise<unknown> = Promise.resolve();
  let next: Promise<void> | undefined;
  const run = (): Promise<void> => {
    const ids = waiting;
    waiting = [];
    next = undefined;
    const done = act(ids);
    running = done.catch(() => undefined);
    return done;
  };
  return (id) => {
    waiting.push(id);
    next ??= running.then(run);
    return next;
  };
}
