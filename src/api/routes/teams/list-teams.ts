import { z } from 'zod';
import { listTeams as readTeams } from '../../../db/queries/teams.js';
import { cutPage, pageOf, pageQuery, readCursor } from '../../http/cursor.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { searchShape } from '../../shapes/common.js';
import { showTeam, teamReply } from '../../shapes/team.js';

const position = z.strictObject({ id: z.uuid() });

export const listTeams = defineEndpoint({
  method: 'GET',
  path: '/v1/teams',
  operationId: 'listTeams',
  summary: 'List teams',
  description: 'In the order in which they were made.',
  tag: 'teams',
  scope: 'read',
  actingUser: 'optional',
  params: nothing,
  query: pageQuery.extend({ q: searchShape('the name') }),
  body: nothing,
  replies: { 200: pageOf(teamReply).meta({ id: 'TeamPage' }) },
  refusals: ['INVALID_CURSOR'],
  handler: async ({ tx, accountId, query }) => {
    const { q: text } = query;
    const identity = { accountId, list: 'teams', query: { text } };
    const after = readCursor(position, identity, query.after)?.id;
    const rows = await readTeams(tx, accountId, { text, limit: query.limit + 1, after });
    const page = cutPage(rows, query.limit, identity, ({ id }) => ({ id }));
    return {
      status: 200,
      body: { results: page.rows.map(showTeam), paging: page.paging },
    };
  },
});
