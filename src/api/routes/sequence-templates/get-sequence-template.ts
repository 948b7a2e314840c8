import { z } from 'zod';
import { readySequence } from '../../../domain/sequence/ready-made/index.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import { sequenceTemplateReply, showSequenceTemplate } from '../../shapes/sequence-template.js';

export const getSequenceTemplate = defineEndpoint({
  method: 'GET',
  path: '/v1/sequence-templates/{id}',
  operationId: 'getSequenceTemplate',
  summary: 'Read a ready-made sequence',
  tag: 'sequences',
  scope: 'read',
  actingUser: 'optional',
  params: z.strictObject({ id: z.string().min(1).max(64) }),
  query: nothing,
  body: nothing,
  replies: { 200: sequenceTemplateReply },
  handler: ({ params }) => {
    const ready = readySequence(params.id);
    if (ready === undefined) return refuseUnknown('sequence template');
    return Promise.resolve({ status: 200, body: showSequenceTemplate(ready) });
  },
});
