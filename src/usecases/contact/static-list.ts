import type { List } from '../../db/queries/lists.js';
import { refuse, refuseUnknown } from '../refusal.js';

/** The list, if it is one that contacts are put into and taken out of. Refuses an unknown list and an active one. */
export function requireStatic(list: List | undefined): List {
  if (list === undefined) return refuseUnknown('list');
  if (list.kind === 'static') return list;
  return refuse(
    'LIST_NOT_STATIC',
    'The list is active: its filter says who is in it. Change the filter, or make the list static with POST …/convert.',
  );
}
