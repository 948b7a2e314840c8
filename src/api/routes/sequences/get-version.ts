import { findVersion } from '../../../db/queries/sequence-versions.js';
import { readSequence } from '../../../usecases/access.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import { showVersion, versionParams, versionReply } from '../../shapes/sequence-version.js';

export const getVersion = defineEndpoint({
  method: 'GET',
  path: '/v1/sequences/{id}/versions/{version}',
  operationId: 'getSequenceVersion',
  summary: 'Read a version of a sequence',
  tag: 'sequences',
  scope: 'read',
  actingUser: 'optional',
  heavy: true,
  params: versionParams,
  query: nothing,
  body: nothing,
  replies: { 200: versionReply },
  handler: async (call) => {
    const { tx, accountId, params } = call;
    await readSequence(call, params.id);
    const version = await findVersion(tx, accountId, params.id, params.version);
    return version ? { status: 200, body: showVersion(version) } : refuseUnknown('version');
  },
});
