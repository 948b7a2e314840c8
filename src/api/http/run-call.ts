import type { Tx } from '../../db/client.js';
import type { KeyedRequest } from '../../db/queries/idempotency-keys.js';
import { databaseFailure } from '../../db/sqlstate.js';
import type { AfterCommit, AnyReply, CallContext, Endpoint } from './endpoint.js';
import { firstReply, keepReply, replaceReply } from './idempotency.js';

/** What a call is run with, but for the transaction. */
export type CallBase = Omit<CallContext, 'tx' | 'afterCommit'>;
type Run = (context: CallContext) => Promise<AnyReply>;

export interface Outcome {
  readonly reply: AnyReply;
  readonly replayed: boolean;
}

interface Committed extends Outcome {
  readonly hooks: readonly AfterCommit[];
}

// A transaction that lost against another is simply run again, a bounded number of times.
const attempts = 3;

/** Runs a GET on one snapshot, without any chance to change something. */
export async function runRead(run: Run, base: CallBase): Promise<AnyReply> {
  return base.deps.db.transaction((tx) => run({ ...base, tx, afterCommit: refuseHook }), {
    accessMode: 'read only',
    isolationLevel: 'repeatable read',
  });
}

function refuseHook(): never {
  throw new Error('a GET has nothing to do after a commit');
}

/**
 * Runs a call that changes something: its effect and its stored answer in one transaction, its hooks after that.
 * A refusal leaves neither an effect nor an answer behind.
 */
export async function runChange(
  endpoint: Endpoint,
  run: Run,
  base: CallBase,
  keyed: KeyedRequest | undefined,
): Promise<Outcome> {
  const committed = await runTransaction(run, base, keyed);
  const reply = await runHooks(endpoint, committed, base);
  if (keyed !== undefined && reply.status !== committed.reply.status) {
    const { db, logger } = base.deps;
    await replaceReply(db, base.accountId, keyed, reply).catch((error: unknown) => {
      logger.error({ err: error }, 'the answer is kept with the status it had before');
    });
  }
  return { reply, replayed: committed.replayed };
}

async function runTransaction(
  run: Run,
  base: CallBase,
  keyed: KeyedRequest | undefined,
): Promise<Committed> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await base.deps.db.transaction((tx) => runOnce(tx, run, base, keyed));
    } catch (error) {
      if (attempt === attempts || databaseFailure(error)?.kind !== 'try_again') throw error;
    }
  }
}

async function runOnce(
  tx: Tx,
  run: Run,
  base: CallBase,
  keyed: KeyedRequest | undefined,
): Promise<Committed> {
  const hooks: AfterCommit[] = [];
  const first = keyed && (await firstReply(tx, base.accountId, keyed));
  if (first) return { reply: first, replayed: true, hooks };
  const reply = await run({ ...base, tx, afterCommit: (hook) => hooks.push(hook) });
  if (keyed) await keepReply(tx, base.accountId, keyed, reply);
  return { reply, replayed: false, hooks };
}

/** What is committed stays so: a hook that fails is logged, and its work left to the sweeper. */
async function runHooks(
  endpoint: Endpoint,
  committed: Committed,
  base: CallBase,
): Promise<AnyReply> {
  let { reply } = committed;
  for (const hook of committed.hooks) {
    try {
      const status = (await hook())?.status ?? reply.status;
      if (!(status in endpoint.replies)) throw new Error(`${status} is no declared reply`);
      reply = { ...reply, status };
    } catch (error) {
      base.deps.logger.error({ err: error, requestId: base.requestId }, 'failed after the commit');
    }
  }
  return reply;
}
