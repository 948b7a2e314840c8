import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { showSuppression, suppressionInput, suppressionMade } from '../../shapes/suppression.js';
import { stopBySuppression } from '../../../usecases/contact/suppress-address.js';

export const createSuppression = defineEndpoint({
  method: 'POST',
  path: '/v1/suppressions',
  operationId: 'createSuppression',
  summary: 'Note that an address or a domain must not be written to',
  description:
    'It belongs to the address, not to the contact. Whoever has the address is unenrolled at once; enrollments of a blocked domain ' +
    'end before their next mail. What is noted already is answered as it stands, 200.',
  tag: 'suppressions',
  scope: 'write',
  actingUser: 'optional',
  params: nothing,
  query: nothing,
  body: suppressionInput,
  replies: { 200: suppressionMade, 201: suppressionMade },
  handler: async (call) => {
    const { address, domain, reason, note } = call.body;
    const subject = address ?? domain ?? '';
    const done = await stopBySuppression(call, { address: subject, reason, note });
    const body = { ...showSuppression(done.suppression), effects: [...done.effects] };
    return done.made ? { status: 201, body } : { status: 200, body };
  },
});
