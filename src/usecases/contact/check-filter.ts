import { declaredProperties } from '../../db/queries/properties.js';
import { problemsOfProperties, propertiesIn } from '../../domain/segment/declared.js';
import type { Filter } from '../../domain/segment/filter.js';
import type { CallContext } from '../../api/http/endpoint.js';
import { jsonPointer } from '../../api/http/field-errors.js';
import { refuseFields } from '../../api/http/problem.js';

/** Refuses a filter that does not go with what the account declares of its properties; `place` is its pointer. */
export async function requireFilter(
  { tx, accountId }: Pick<CallContext, 'tx' | 'accountId'>,
  filter: Filter | undefined,
  place = '/filter',
): Promise<void> {
  if (filter === undefined) return;
  const declared = await declaredProperties(tx, accountId, propertiesIn(filter));
  const errors = problemsOfProperties(filter, declared).map(
    ({ path, code, message }) =>
      ({ in: 'body', pointer: `${place}${jsonPointer(path)}`, code, message }) as const,
  );
  if (errors.length > 0) refuseFields(errors);
}
