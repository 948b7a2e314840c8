import { z } from 'zod';
import { warningCodes, type Selection, type Warning } from '../../domain/segment/selection.js';
import { filterShape } from './filter.js';
import { namedShape } from '../http/named.js';
import { idShape } from './common.js';

const maxContactIds = 1000;

const forms = ['contactIds', 'listId', 'filter', 'companyId'] as const;

/** Where contacts are taken from (ENR-10, BLK-02): exactly one of the four. */
export const selectionShape = z
  .strictObject({
    contactIds: z.array(namedShape('contact')).min(1).max(maxContactIds).optional(),
    listId: idShape.optional().meta({ description: 'Those that are in a list.' }),
    filter: filterShape.optional(),
    companyId: namedShape('company', 'The contacts of a company.').optional(),
  })
  .transform(({ contactIds, listId, filter, companyId }, context): Selection => {
    const given: readonly Selection[] = [
      ...(contactIds === undefined ? [] : [{ contactIds }]),
      ...(listId === undefined ? [] : [{ listId }]),
      ...(filter === undefined ? [] : [{ filter }]),
      ...(companyId === undefined ? [] : [{ companyId }]),
    ];
    const [selection, ...others] = given;
    if (selection !== undefined && others.length === 0) return selection;
    const message = `Give exactly one of ${forms.join(', ')}.`;
    context.addIssue({ code: 'custom', params: { code: 'exactly_one' }, message });
    return z.NEVER;
  })
  .meta({
    id: 'Selection',
    description: `Where contacts are taken from: exactly one of ${forms.join(', ')}.`,
  });

export const warningShape = z
  .object({ code: z.enum(warningCodes), message: z.string() })
  .meta({ id: 'Warning', description: 'Advice that stands in no one’s way.' });

export function showWarnings(warnings: readonly Warning[]): z.input<typeof warningShape>[] {
  return warnings.map((warning) => ({ ...warning }));
}
