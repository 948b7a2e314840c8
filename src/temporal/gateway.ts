import { isGrpcServiceError } from '@temporalio/client';
import type { Logger } from 'pino';
import { bulkWorkflowId } from '../contract/bulk.js';
import { enrollmentWorkflowId } from '../contract/enrollment.js';
import type { RunStanding, WorkflowGateway } from '../contract/gateway.js';
import type {
  GivenStart,
  OutboxStore,
  Starts,
  Target,
  TargetKind,
  Word,
} from '../contract/outbox.js';
import type { EnrollmentMessage } from '../domain/enrollment/message.js';
import { answerWithin } from '../observability/answer-within.js';
import { lookUpRun, type Reuse, type Started, type StartingDeps } from './start-once.js';

/** How the targets of one kind are told what they are owed. Each of it is harmless when it is repeated. */
export interface Telling<Start> {
  /** What its run is started with, as it stands now; undefined when nothing is left to be done. */
  readonly read: (target: Target) => Promise<Start | undefined>;
  readonly workflowId: (start: Start) => string;
  readonly start: (deps: StartingDeps, start: Start, reuse: Reuse) => Promise<Started>;
  /** Passes a message on to its run; a kind without it is only ever started. */
  readonly pass?: (
    deps: StartingDeps,
    id: string,
    message: EnrollmentMessage,
  ) => Promise<'told' | 'gone'>;
}

/** The one list of all kinds of target. */
export type Targets = { readonly [Kind in TargetKind]: Telling<Starts[Kind]> };

export interface GatewayDeps extends StartingDeps {
  readonly namespace: string;
  readonly outbox: OutboxStore;
  readonly targets: Targets;
  /** The Temporal UI's address, without a slash at its end. */
  readonly uiUrl: string;
  readonly logger: Logger;
  /** How long a caller is kept waiting for Temporal before a sweeper takes over, in milliseconds; 3,000 unless told. */
  readonly deadlineMs?: number;
}

/** Thrown when something else than gRPC, which has a deadline of its own, keeps a caller waiting. */
class TemporalTimeoutError extends Error {
  override readonly name = 'TemporalTimeoutError';
}

/** So much longer than gRPC may take is waited for all of it, so that gRPC's own error comes first. */
const slackMs = 500;

/** Tells Temporal what Postgres says. Each call is harmless when it is repeated. */
export function createGateway(deps: GatewayDeps): WorkflowGateway {
  return {
    deliver: (target, given) => deliver(deps, target, given),
    lookUp: (target) => lookUp(deps, target),
    runUrl: (enrollmentId) => urlOf(deps, enrollmentWorkflowId(enrollmentId)),
    bulkRunUrl: (bulkId) => urlOf(deps, bulkWorkflowId(bulkId)),
  };
}

type Telltale<Kind extends TargetKind> = Word & { readonly start?: Starts[Kind] };

/** One word after the other; the first that fails is put off, and holds back those after it. */
async function deliver<Kind extends TargetKind>(
  deps: GatewayDeps,
  target: Target<Kind>,
  given: GivenStart<Kind> | undefined,
): Promise<'delivered' | 'pending'> {
  const { outbox, logger } = deps;
  let current: Word | undefined;
  try {
    const words: readonly Telltale<Kind>[] = given
      ? [{ ...given, message: null }]
      : await outbox.pending(target);
    for (const word of words) {
      current = word;
      await answered(deps, () => tell(deps, target, word));
      await outbox.told(word.id);
    }
    return 'delivered';
  } catch (error) {
    const { kind, id } = target;
    logger.warn({ err: error, target: { kind, id } }, 'Temporal was not told yet');
    if (current) await putOff(deps, current, error);
    return 'pending';
  }
}

async function tell<Kind extends TargetKind>(
  deps: GatewayDeps,
  target: Target<Kind>,
  { message, start: given }: Telltale<Kind>,
): Promise<void> {
  const { pass }: Telling<Starts[Kind]> = deps.targets[target.kind];
  if (message === null) return begin(deps, target, given);
  if (pass === undefined) throw new Error(`a ${target.kind} takes no messages`);
  // What it was to be told stands in its row, and so in what its run is started with.
  if ((await pass(deps, target.id, message)) === 'gone') await begin(deps, target);
}

/**
 * Starts the run of a target where it stands, unless there is one. A run that completes has written its end before, so a
 * target that still has something to do after that has lost its run, to a restore of Postgres for example.
 */
async function begin<Kind extends TargetKind>(
  deps: GatewayDeps,
  target: Target<Kind>,
  given?: Starts[Kind],
): Promise<void> {
  const { read, start }: Telling<Starts[Kind]> = deps.targets[target.kind];
  const first = given ?? (await read(target));
  if (first === undefined) return;
  if ((await start(deps, first, 'unless_completed')) !== 'completed') return;
  const again = await read(target);
  if (again !== undefined) await start(deps, again, 'even_if_completed');
}

async function lookUp<Kind extends TargetKind>(
  deps: GatewayDeps,
  target: Target<Kind>,
): Promise<RunStanding> {
  const { read, workflowId }: Telling<Starts[Kind]> = deps.targets[target.kind];
  const start = await read(target);
  if (start === undefined) return 'over';
  return answered(deps, () => lookUpRun(deps, workflowId(start)));
}

/** If Postgres cannot be written to either, the word is due again when its lease has run out. */
async function putOff({ outbox, logger }: GatewayDeps, word: Word, error: unknown): Promise<void> {
  try {
    await outbox.failed(word.id, reasonOf(error));
  } catch (failure) {
    logger.warn({ err: failure, wordId: word.id }, 'a word to Temporal was not put off');
  }
}

/** A code without anybody's data: gRPC's where there is one. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  for (const each of [error, cause]) {
    if (isGrpcServiceError(each)) return `GRPC_${each.code}`;
  }
  return error instanceof Error ? error.name : 'unknown';
}

function urlOf({ uiUrl, namespace }: GatewayDeps, workflowId: string): string {
  return `${uiUrl}/namespaces/${namespace}/workflows/${encodeURIComponent(workflowId)}`;
}

/** Gives up in time, whatever it is that does not answer: a call of the API keeps its place for as long as it waits. */
function answered<T>(
  { client, deadlineMs = 3_000 }: GatewayDeps,
  ask: () => Promise<T>,
): Promise<T> {
  return answerWithin(
    deadlineMs + slackMs,
    // The machine's time is for gRPC alone.
    () => client.withDeadline(Date.now() + deadlineMs, ask),
    () => new TemporalTimeoutError(`Temporal was not told or asked within ${deadlineMs} ms`),
  );
}
