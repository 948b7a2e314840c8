import type { WorkflowGateway } from '../contract/gateway.js';
import {
  accountsOwed,
  claimTargets,
  releaseTargets,
  type ClaimedTarget,
} from '../db/queries/outbox.js';
import type { ActivityDeps } from './deps.js';

/** Longer than the words of a page take if Temporal lets each run into its deadline. */
const leaseMs = 90_000;
/** An edit may leave word for thousands: a sweep goes on while there is more, for so long. */
const longestMs = 60_000;
const lanes = 8;

/** Of how many targets all was told, and of how many something was not. */
export interface Swept {
  readonly delivered: number;
  readonly failed: number;
}

/**
 * Tells what is due in the outbox: several lanes claim a page each and go on to the next. Accounts have their turns, a page
 * each, so that one with a hundred thousand words holds up no other; an account's words are told in their order. Any number of
 * sweeps may run at once and share the work. What fails waits for its next try and holds up nothing but later words of its
 * own target; when Temporal does not answer at all, the sweep ends early and gives back what it has not tried.
 */
export async function sweepWords(
  deps: Pick<ActivityDeps, 'db' | 'temporalAnswers'> & Pick<WorkflowGateway, 'deliver'>,
  isCancelled: () => boolean,
): Promise<Swept> {
  const begun = performance.now();
  const swept = { delivered: 0, failed: 0 };
  const answers = shared(deps.temporalAnswers);
  const turns = new Turns(deps.db);
  let isDown = false;
  const isOver = (): boolean => isDown || isCancelled();
  const lane = async (): Promise<void> => {
    while (!isOver() && performance.now() - begun < longestMs) {
      const page = await turns.nextPage();
      if (page === undefined) return;
      for (const [index, target] of page.entries()) {
        if (isOver()) {
          await releaseTargets(deps.db, page.slice(index));
          return;
        }
        if ((await deps.deliver(target)) === 'delivered') swept.delivered += 1;
        else {
          swept.failed += 1;
          isDown ||= !(await answers());
        }
      }
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return swept;
}

/** The accounts' turns in one sweep. */
class Turns {
  readonly #db: ActivityDeps['db'];
  /** Who comes next. Once all have had their turn those that are owed word by then come again. */
  #queue: string[] = [];
  /** The last word of an account that was claimed. */
  readonly #after = new Map<string, number>();
  /** Of these nothing more is due. */
  readonly #done = new Set<string>();

  constructor(db: ActivityDeps['db']) {
    this.#db = db;
  }

  /** The next page of the account whose turn it is; undefined when nothing is due of any. */
  async nextPage(): Promise<readonly ClaimedTarget[] | undefined> {
    for (;;) {
      const accountId = this.#queue.shift();
      if (accountId === undefined) {
        const owed = await accountsOwed(this.#db);
        const others = owed.filter((id) => !this.#done.has(id));
        if (others.length === 0) return undefined;
        this.#queue.push(...others);
        continue;
      }
      if (this.#done.has(accountId)) continue;
      const after = this.#after.get(accountId) ?? 0;
      const page = await claimTargets(this.#db, accountId, { after, leaseMs });
      const last = page.at(-1);
      if (last === undefined) {
        this.#done.add(accountId);
        continue;
      }
      // Another lane may have gone further meanwhile.
      this.#after.set(accountId, Math.max(this.#after.get(accountId) ?? 0, last.wordId));
      return page;
    }
  }
}

/** Those who ask while an answer is awaited get the same. */
function shared<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () => {
    asked ??= ask().finally(() => {
      asked = undefined;
    });
    return asked;
  };
}
