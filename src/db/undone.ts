import type { Tx } from './client.js';

/** Rolls back what was only tried. */
class Undone extends Error {}

/**
 * Runs something for real and rolls all of it back, except its result, which says what would happen without anything
 * being kept. Locks that it takes last until the transaction ends; numbers taken from sequences are used up.
 */
export async function undone<T>(tx: Tx, run: (savepoint: Tx) => Promise<T>): Promise<T> {
  const answers: T[] = [];
  const trial = tx.transaction(async (savepoint) => {
    answers.push(await run(savepoint));
    throw new Undone();
  });
  await trial.catch((error: unknown) => {
    if (!(error instanceof Undone)) throw error;
  });
  const [answer] = answers;
  if (answer === undefined) throw new Error('what was tried out has an answer');
  return answer;
}
