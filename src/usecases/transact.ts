import type { Db } from '../db/client.js';
import type { Act, AfterCommit } from './act.js';

/** An act before it has its transaction. */
export type ActBase = Omit<Act, 'tx' | 'afterCommit'>;

/** Does something in a transaction of its own, and then runs what was put off until the commit. */
export type Transact = <T>(work: (act: Act) => Promise<T>) => Promise<T>;

/** Transactions of one actor: an error rolls its transaction back and is thrown on. */
export function transactions(db: Db, base: ActBase): Transact {
  return async (work) => {
    const hooks: AfterCommit[] = [];
    const result = await db.transaction((tx) =>
      work({ ...base, tx, afterCommit: (hook) => hooks.push(hook) }),
    );
    await runHooks(hooks, base);
    return result;
  };
}

/**
 * Runs what was put off until the commit. What is committed stays committed: a hook that fails is logged, and its work
 * is left to the sweeper.
 */
export async function runHooks(
  hooks: readonly AfterCommit[],
  { ports, cause }: Pick<Act, 'ports' | 'cause'>,
): Promise<void> {
  for (const hook of hooks) {
    try {
      await hook();
    } catch (error) {
      ports.logger.error({ err: error, cause }, 'failed after the commit');
    }
  }
}
