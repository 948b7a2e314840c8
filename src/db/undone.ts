import type { Tx } from './client.js';

/** Rolls back what was only tried out. */
class Undone extends Error {}

/**
 * Runs something in earnest and takes all of it back, but for what it answers: so it says what would be without anything
 * being kept. Locks that it takes last until the transaction ends; numbers of sequences are used up.
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
