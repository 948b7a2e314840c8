import { declaredProperties } from '../../db/queries/properties.js';
import { problemsOfProperties, propertiesIn } from '../../domain/segment/declared.js';
import type { Filter } from '../../domain/segment/filter.js';
import type { Act } from '../act.js';
import { jsonPointer, refuseFields } from '../refusal.js';

/**
 * Refuses a filter that contradicts what the account declares about its properties; `place` is the filter's pointer.
 */
export async function requireFilter(
  { tx, accountId }: Pick<Act, 'tx' | 'accountId'>,
  filter: Filter | undefined,
  place = '/filter',
): Promise<void> {
  if (filter === undefined) return;
  const declared = await declaredProperties(tx, accountId, propertiesIn(filter));
  const errors = problemsOfProperties(filter, declared).map(
    ({ path, code, message }) =>
      ({ pointer: `${place}${jsonPointer(path)}`, code, message }) as const,
  );
  if (errors.length > 0) refuseFields(errors);
}
