import { z } from 'zod';
import { readySequences } from '../../../domain/sequence/ready-made/index.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import {
  sequenceTemplateOutline,
  showSequenceTemplateOutline,
} from '../../shapes/sequence-template.js';

export const listSequenceTemplates = defineEndpoint({
  method: 'GET',
  path: '/v1/sequence-templates',
  operationId: 'listSequenceTemplates',
  summary: 'List ready-made sequences',
  description:
    'The same for every account. Make one your own with `POST /v1/sequences { "fromTemplateId": … }`.',
  tag: 'sequences',
  scope: 'read',
  actingUser: 'optional',
  params: nothing,
  query: nothing,
  body: nothing,
  replies: {
    200: z
      .object({ results: z.array(sequenceTemplateOutline) })
      .meta({ id: 'SequenceTemplateList' }),
  },
  handler: () =>
    Promise.resolve({
      status: 200,
      body: { results: readySequences.map(showSequenceTemplateOutline) },
    }),
});
