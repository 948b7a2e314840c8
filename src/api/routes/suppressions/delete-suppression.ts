import { removeSuppression } from '../../../db/queries/suppressions.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import { idParams } from '../../shapes/common.js';
import { showSuppression, suppressionReply } from '../../shapes/suppression.js';
import { note } from '../../../usecases/log.js';

export const deleteSuppression = defineEndpoint({
  method: 'DELETE',
  path: '/v1/suppressions/{id}',
  summary: 'Allow writing to an address or a domain again',
  description:
    'Answers what was taken away. Other suppressions of the address stay, and what was unenrolled stays so.',
  tag: 'suppressions',
  scope: 'admin',
  actingUser: 'optional',
  params: idParams,
  query: nothing,
  body: nothing,
  replies: { 200: suppressionReply },
  refusals: ['NOT_FOUND'],
  handler: async (call) => {
    const { tx, accountId, params, actor, requestId, ports, afterCommit } = call;
    const removed = await removeSuppression(tx, accountId, params.id);
    if (removed === undefined) return refuseUnknown('suppression');
    const { id: suppressionId, reason } = removed;
    await note(call, {
      subject: 'suppression',
      id: suppressionId,
      type: 'removed',
      data: { reason },
    });
    afterCommit(() => {
      ports.logger.info(
        { suppressionId, reason, actor, requestId },
        'a suppression was taken away',
      );
      return Promise.resolve(undefined);
    });
    return { status: 200, body: showSuppression(removed) };
  },
});
