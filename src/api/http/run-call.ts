import type { Db, Tx } from '../../db/client.js';
import type { KeyedRequest } from '../../db/queries/idempotency-keys.js';
import { databaseFailure } from '../../db/sqlstate.js';
import type { AfterCommit } from '../../usecases/act.js';
import { runHooks, type ActBase } from '../../usecases/transact.js';
import type { AnyReply, CallContext, Endpoint } from './endpoint.js';
import { firstReply, keepReply, replaceReply } from './idempotency.js';

/** What a call is run with, except the transaction. */
export interface CallBase extends ActBase {
  readonly requestId: string;
}
type Run = (context: CallContext) => Promise<AnyReply>;

/** A call that changes something. */
interface Change {
  readonly db: Db;
  readonly endpoint: Endpoint;
  readonly run: Run;
  readonly keyed: KeyedRequest | undefined;
}

export interface Outcome {
  readonly reply: AnyReply;
  readonly replayed: boolean;
}

interface Committed extends Outcome {
  /** Each may change the status of the reply. */
  readonly hooks: readonly AfterCommit[];
  readonly chosenStatus: () => number | undefined;
}

// A transaction that lost against another is simply run again, a limited number of times.
const attempts = 3;

/** Runs a GET on one snapshot, in a transaction that cannot change anything. */
export async function runRead(db: Db, run: Run, base: CallBase): Promise<AnyReply> {
  const hookless = { afterCommit: refuseHook, statusAfterCommit: refuseHook };
  return db.transaction((tx) => run({ ...base, ...hookless, tx }), {
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
export async function runChange(change: Change, base: CallBase): Promise<Outcome> {
  const committed = await runTransaction(change, base);
  await runHooks(committed.hooks, base);
  const reply = { ...committed.reply, status: statusOf(change.endpoint, committed) };
  const { db, keyed } = change;
  if (keyed !== undefined && reply.status !== committed.reply.status) {
    await replaceReply(db, base.accountId, keyed, keptForm(change.endpoint, reply)).catch(
      (error: unknown) => {
        base.ports.logger.error({ err: error }, 'the answer is kept with the status it had before');
      },
    );
  }
  return { reply, replayed: committed.replayed };
}

function statusOf(endpoint: Endpoint, { chosenStatus, reply }: Committed): number {
  const status = chosenStatus() ?? reply.status;
  if (status in endpoint.replies) return status;
  throw new Error(`${status} is no declared reply`);
}

async function runTransaction(change: Change, base: CallBase): Promise<Committed> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await change.db.transaction((tx) => runOnce(tx, change, base));
    } catch (error) {
      if (attempt === attempts || databaseFailure(error)?.kind !== 'try_again') throw error;
    }
  }
}

async function runOnce(
  tx: Tx,
  { endpoint, run, keyed }: Change,
  base: CallBase,
): Promise<Committed> {
  const hooks: AfterCommit[] = [];
  let status: number | undefined;
  const chosenStatus = (): number | undefined => status;
  const first = keyed && (await firstReply(tx, base.accountId, keyed));
  if (first) return { reply: first, replayed: true, hooks, chosenStatus };
  const reply = await run({
    ...base,
    tx,
    afterCommit: (hook) => hooks.push(hook),
    statusAfterCommit: (hook) =>
      hooks.push(async () => {
        status = (await hook()) ?? status;
      }),
  });
  if (keyed) await keepReply(tx, base.accountId, keyed, keptForm(endpoint, reply));
  return { reply, replayed: false, hooks, chosenStatus };
}

/** A reply as it is kept for repeats. */
function keptForm({ shownOnce }: Endpoint, reply: AnyReply): AnyReply {
  if (shownOnce === undefined) return reply;
  return { ...reply, body: { ...Object(reply.body), [shownOnce]: null } };
}
