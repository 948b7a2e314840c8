import { holdHolidayCalendars } from '../../db/queries/holiday-calendars.js';
import { knownTaskQueues } from '../../db/queries/task-queues.js';
import type { SequenceDefinition } from '../../domain/sequence/definition.js';
import type { DraftProblem } from '../../domain/sequence/draft.js';
import type { Act } from '../act.js';

type Call = Pick<Act, 'tx' | 'accountId'>;

/**
 * What a definition names that the account does not have: holiday calendars, which are held until the transaction ends so
 * that none is deleted while the definition is saved, and task queues. A queue that `kept` names already is let pass: it may
 * have been deleted since, and tasks do without it then.
 */
export async function unknownReferences(
  act: Call,
  definition: SequenceDefinition,
  kept?: SequenceDefinition,
): Promise<readonly DraftProblem[]> {
  return [
    ...(await unknownCalendars(act, definition.settings.holidayCalendarIds)),
    ...(await unknownQueues(act, definition, kept)),
  ];
}

/** The holiday calendars of some settings that the account does not have; the others are held until the transaction ends. */
export async function unknownCalendars(
  { tx, accountId }: Call,
  ids: readonly string[],
): Promise<readonly DraftProblem[]> {
  if (ids.length === 0) return [];
  const held = await holdHolidayCalendars(tx, accountId, ids);
  return ids.flatMap((id, index) =>
    held.has(id)
      ? []
      : [unknown(`/settings/holidayCalendarIds/${index}`, 'There is no such holiday calendar.')],
  );
}

async function unknownQueues(
  { tx, accountId }: Call,
  { steps }: SequenceDefinition,
  kept: SequenceDefinition | undefined,
): Promise<readonly DraftProblem[]> {
  const before = new Set(kept?.steps.map(queueOf));
  const named = steps.flatMap((step, index) => {
    const queueId = queueOf(step);
    return queueId === undefined || before.has(queueId) ? [] : [{ queueId, index }];
  });
  if (named.length === 0) return [];
  const known = await knownTaskQueues(
    tx,
    accountId,
    named.map(({ queueId }) => queueId),
  );
  return named.flatMap(({ queueId, index }) =>
    known.has(queueId) ? [] : [unknown(`/steps/${index}/queueId`, 'There is no such task queue.')],
  );
}

function queueOf(step: SequenceDefinition['steps'][number]): string | undefined {
  return step.kind === 'automated_email' ? undefined : step.queueId;
}

function unknown(pointer: string, message: string): DraftProblem {
  return { pointer, code: 'not_found', message };
}
