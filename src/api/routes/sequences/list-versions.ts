import { z } from 'zod';
import { listVersions as readVersions } from '../../../db/queries/sequence-versions.js';
import { readSequence } from '../../../usecases/access.js';
import { cutPage, pageOf, pageQuery, readCursor } from '../../http/cursor.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { idParams } from '../../shapes/common.js';
import { showOutline, versionNumber, versionOutline } from '../../shapes/sequence-version.js';

const position = z.strictObject({ version: z.string().regex(/^[1-9]\d{0,8}$/) });

export const listVersions = defineEndpoint({
  method: 'GET',
  path: '/v1/sequences/{id}/versions',
  operationId: 'listSequenceVersions',
  summary: 'List the versions of a sequence',
  description: 'The newest first. A version never changes; each saved edit made one.',
  tag: 'sequences',
  scope: 'read',
  actingUser: 'optional',
  heavy: true,
  params: idParams,
  query: pageQuery,
  body: nothing,
  replies: { 200: pageOf(versionOutline).meta({ id: 'SequenceVersionPage' }) },
  refusals: ['INVALID_CURSOR'],
  handler: async (call) => {
    const { tx, accountId, params, query } = call;
    const { id } = params;
    const { limit } = query;
    const identity = { accountId, list: 'versions', query: { id } };
    const after = readCursor(position, identity, query.after);
    await readSequence(call, id);
    const rows = await readVersions(tx, accountId, id, {
      limit: limit + 1,
      before: after && versionNumber.parse(after.version),
    });
    const page = cutPage(rows, limit, identity, ({ version }) => ({ version: String(version) }));
    return { status: 200, body: { results: page.rows.map(showOutline), paging: page.paging } };
  },
});
