import { findVersion } from '../../../db/queries/sequence-versions.js';
import { differenceBetween } from '../../../domain/sequence/difference.js';
import { readSequence } from '../../../usecases/access.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { refuseFields, refuseUnknown } from '../../../usecases/refusal.js';
import {
  differenceReply,
  showDifference,
  versionNumber,
  versionParams,
} from '../../shapes/sequence-version.js';

export const compareVersions = defineEndpoint({
  method: 'GET',
  path: '/v1/sequences/{id}/versions/{version}/difference',
  operationId: 'compareSequenceVersions',
  summary: 'Compare two versions of a sequence',
  description:
    'What happened on the way from this version to `to`: steps added, deleted, moved and changed, and settings. Without `to`, to the current version. The name belongs to the sequence, not to its versions.',
  tag: 'sequences',
  scope: 'read',
  actingUser: 'optional',
  heavy: true,
  params: versionParams,
  query: nothing.extend({ to: versionNumber.optional() }),
  body: nothing,
  replies: { 200: differenceReply },
  handler: async (call) => {
    const { tx, accountId, params, query } = call;
    const { id } = params;
    const current = await readSequence(call, id);
    const from = await findVersion(tx, accountId, id, params.version);
    if (from === undefined) return refuseUnknown('version');
    const to = query.to === undefined ? current : await findVersion(tx, accountId, id, query.to);
    if (to === undefined) {
      const message = 'The sequence has no such version.';
      return refuseFields([{ in: 'query', pointer: '/to', code: 'unknown_version', message }]);
    }
    const versions = { from: from.version, to: to.version };
    const difference = differenceBetween(from.definition, to.definition);
    return { status: 200, body: showDifference(versions, difference) };
  },
});
