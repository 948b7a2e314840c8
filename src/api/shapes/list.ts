import { z } from 'zod';
import type { List } from '../../db/queries/lists.js';
import { listKinds } from '../../domain/segment/selection.js';
import { maxAdded } from '../../usecases/contact/list-members.js';
import { noFilterHint } from '../../usecases/contact/write-list.js';
import { namedShape } from '../http/named.js';
import { instantShape, lineShape, contactItem, unknownContacts } from './common.js';
import { filterReply, filterShape } from './filter.js';
import { selectionShape, warningShape } from './selection.js';

export const listKind = z.enum(listKinds).meta({
  description:
    '`static`: contacts are put in and taken out. `active`: whoever the filter holds for at the time.',
});

const name = lineShape(200);
const ownerId = z
  .uuid()
  .nullable()
  .meta({ description: 'The user whose list it is; null for none.' });

const ownerInput = namedShape('user', 'Whose list it is; null for nobody’s.').nullable();

export const listInput = z
  .strictObject({
    kind: listKind,
    name,
    ownerId: ownerInput.optional(),
    filter: filterShape.optional().meta({ description: 'Of an active list, and of it alone.' }),
  })
  .superRefine(({ kind, filter }, context) => {
    if ((kind === 'active') === (filter !== undefined)) return;
    const [code, message] =
      kind === 'active'
        ? ['required', 'An active list needs the filter that says who is in it.']
        : ['not_applicable', noFilterHint];
    context.addIssue({ code: 'custom', path: ['filter'], params: { code }, message });
  })
  .meta({
    id: 'ListInput',
    description: 'An active list has a filter. Without `ownerId` it is the acting user’s.',
  });

export const listPatch = z
  .strictObject({
    name: name.optional(),
    ownerId: ownerInput.optional(),
    filter: filterShape.nullish().meta({ description: 'Of an active list alone.' }),
  })
  .meta({ id: 'ListPatch' });

export const listReply = z
  .object({
    id: z.uuid(),
    kind: listKind,
    name: z.string(),
    ownerId,
    filter: filterReply.nullable().meta({ description: 'Null of a static list.' }),
    createdAt: instantShape,
    updatedAt: instantShape,
  })
  .meta({ id: 'List' });

export const listDetail = z
  .object({
    ...listReply.shape,
    count: z.int().meta({ description: 'How many contacts are in it at the moment.' }),
    warnings: z.array(warningShape),
  })
  .meta({ id: 'ListDetail' });

export const membersInput = z
  .strictObject({
    contacts: z.array(contactItem).min(1).max(maxAdded).optional(),
    selection: selectionShape.optional(),
  })
  .refine((body) => (body.contacts === undefined) !== (body.selection === undefined), {
    params: { code: 'exactly_one' },
    error: 'Give exactly one of contacts and selection.',
  })
  .meta({ id: 'ListMembersInput' });

export const membersAdded = z
  .object({
    added: z.int(),
    unknownContacts,
    alreadyIn: z.int().meta({ description: 'Those that were named and had been in it before.' }),
  })
  .meta({ id: 'ListMembersAdded' });

export function showList(list: List): z.input<typeof listReply> {
  return { ...list, filter: list.filter && { ...list.filter } };
}
