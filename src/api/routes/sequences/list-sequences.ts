import { z } from 'zod';
import { findAccount } from '../../../db/queries/accounts.js';
import { countSequences, listSequences as readSequences } from '../../../db/queries/sequences.js';
import { defaultMaxSequences } from '../../../domain/sequence/validate.js';
import { pageOf, pageQuery, readCursor } from '../../http/cursor.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { readPage } from '../../http/read-page.js';
import { instantShape, searchShape } from '../../shapes/common.js';
import { folderFilter } from '../../shapes/folder.js';
import { sequenceReply, showSequence } from '../../shapes/sequence.js';

const position = z.strictObject({ at: instantShape, id: z.uuid() });

const sequencePage = pageOf(sequenceReply)
  .extend({
    total: z
      .int()
      .meta({ description: 'How many sequences the account has, of all users together.' }),
    limit: z.int().meta({ description: 'How many it may have.' }),
  })
  .meta({ id: 'SequencePage' });

export const listSequences = defineEndpoint({
  method: 'GET',
  path: '/v1/sequences',
  operationId: 'listSequences',
  summary: 'List sequences',
  description:
    'An acting user gets their own and those shared with them, an admin all; `total` counts those of the whole account, whoever asks.',
  tag: 'sequences',
  scope: 'read',
  actingUser: 'optional',
  heavy: true,
  params: nothing,
  query: pageQuery.extend({
    q: searchShape('the name'),
    campaignId: z.string().max(200).optional().meta({ description: 'Of one campaign.' }),
    sort: z.enum(['-updatedAt', 'updatedAt']).default('-updatedAt'),
    folderId: folderFilter.optional(),
    archived: z
      .enum(['true', 'false'])
      .default('false')
      .meta({ description: 'Those that are archived instead of those that are not.' }),
  }),
  body: nothing,
  replies: { 200: sequencePage },
  refusals: ['INVALID_CURSOR'],
  handler: async ({ tx, accountId, actingUser, query }) => {
    const { limit, sort, q: text, campaignId, folderId, archived } = query;
    const filter = { sort, text, campaignId, folderId, archived };
    const identity = { accountId, list: 'sequences', query: filter };
    const account = await findAccount(tx, accountId);
    const page = await readPage({
      ...{ identity, limit, rowsAtOnce: 4 },
      after: readCursor(position, identity, query.after),
      read: (rows, after) =>
        readSequences(tx, accountId, {
          viewer: actingUser,
          folderId,
          archived: archived === 'true',
          newestFirst: sort === '-updatedAt',
          text,
          campaignId,
          limit: rows,
          after,
        }),
      positionOf: ({ id, updatedAt }) => ({ at: updatedAt, id }),
      show: showSequence,
    });
    return {
      status: 200,
      body: {
        ...page,
        total: await countSequences(tx, accountId),
        limit: account?.maxSequences ?? defaultMaxSequences,
      },
    };
  },
});
