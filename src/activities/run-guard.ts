import { ApplicationFailure, Context } from '@temporalio/activity';
import type { OfInstallation } from '../contract/installation.js';
import { createInstallationId } from '../db/installation-id.js';
import { InvariantError } from '../usecases/invariant-error.js';
import type { ActivityDeps } from './deps.js';

type Activity<Input, Output> = (input: Input) => Promise<Output>;

const firstWaitMs = 1_000;
const longestWaitMs = 15 * 60_000;

/**
 * Stands before each activity that works on the rows of a run. A run of another installation is left alone: the attempt
 * fails, so that one of its own workers has the next. Where rows are missing it is tried again after longer and longer
 * waits, at most 15 minutes. Neither ends the run.
 */
export function createRunGuard({
  db,
}: Pick<ActivityDeps, 'db'>): <Input extends OfInstallation, Output>(
  activity: Activity<Input, Output>,
) => Activity<Input, Output> {
  const ownId = createInstallationId(db);
  return (activity) => async (input) => {
    const { installationId } = input;
    if (installationId !== undefined && installationId !== (await ownId())) throw foreign();
    try {
      return await activity(input);
    } catch (error) {
      throw error instanceof InvariantError ? missing(error) : error;
    }
  };
}

/** Soon, since a worker of the run's own may have the next attempt; later and later while none has. */
function foreign(): ApplicationFailure {
  const { attempt } = Context.current().info;
  return ApplicationFailure.create({
    nextRetryDelay: Math.min(500 * 2 ** Math.max(0, attempt - 10), longestWaitMs),
    type: 'ForeignRun',
    message:
      'the run belongs to another installation, which shares this namespace and task queue: give each a namespace of its own',
  });
}

function missing(error: InvariantError): ApplicationFailure {
  const { attempt } = Context.current().info;
  return ApplicationFailure.create({
    type: error.name,
    message: error.message,
    cause: error,
    nextRetryDelay: Math.min(firstWaitMs * 2 ** (attempt - 1), longestWaitMs),
  });
}
