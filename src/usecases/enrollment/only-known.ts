import { knownIds } from '../../db/queries/enrollments/list.js';
import type { Act } from '../act.js';

/**
 * Of what was done to enrollments, that which the acting user may be told: what is not shared with them leaves no trace in
 * an answer, though its effect stays (SHR-04).
 */
export async function onlyKnown<T>(
  { tx, accountId, actingUser }: Act,
  done: readonly T[],
  idOf: (one: T) => string,
): Promise<readonly T[]> {
  if (actingUser === null || done.length === 0) return done;
  const known = await knownIds(tx, accountId, actingUser, done.map(idOf));
  return done.filter((one) => known.has(idOf(one)));
}
