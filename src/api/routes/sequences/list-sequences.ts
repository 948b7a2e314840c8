import { z } from 'zod';
import { countSequences, listSequences as readSequences } from '../../../db/queries/sequences.js';
import { maxSequences } from '../../../domain/sequence/validate.js';
import { cutPage, pageOf, pageQuery, readCursor } from '../../cursor.js';
import { defineEndpoint, nothing } from '../../endpoint.js';
import { instantShape } from '../../shapes/common.js';
import { folderFilter } from '../../shapes/folder.js';
import { sequenceReply, showSequence } from '../../shapes/sequence.js';

const position = z.strictObject({ at: instantShape, id: z.uuid() });

const sequencePage = pageOf(sequenceReply)
  .extend({
    total: z.int().meta({ description: 'How many sequences the account has.' }),
    limit: z.int().meta({ description: 'How many it may have.' }),
  })
  .meta({ id: 'SequencePage' });

export const listSequences = defineEndpoint({
  method: 'GET',
  path: '/v1/sequences',
  summary: 'List sequences',
  tag: 'sequences',
  scope: 'read',
  actingUser: 'optional',
  params: nothing,
  query: pageQuery.extend({
    sort: z.enum(['-updatedAt', 'updatedAt']).default('-updatedAt'),
    folderId: folderFilter.optional(),
  }),
  body: nothing,
  replies: { 200: sequencePage },
  refusals: ['INVALID_CURSOR'],
  handler: async ({ tx, accountId, query }) => {
    const { limit, sort, folderId } = query;
    const identity = { accountId, list: 'sequences', query: { sort, folderId } };
    const rows = await readSequences(tx, accountId, {
      folderId,
      newestFirst: sort === '-updatedAt',
      limit: limit + 1,
      after: readCursor(position, identity, query.after),
    });
    const page = cutPage(rows, limit, identity, ({ id, updatedAt }) => ({ at: updatedAt, id }));
    return {
      status: 200,
      body: {
        results: page.rows.map(showSequence),
        paging: page.paging,
        total: await countSequences(tx, accountId),
        limit: maxSequences,
      },
    };
  },
});
