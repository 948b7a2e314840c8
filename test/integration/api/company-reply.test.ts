import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { WorkflowGateway } from '../../../src/contract/gateway.js';
import { createRecordingGateway, startApi, type TestApi } from '../../support/api.js';
import { noLimits } from '../../support/no-limits.js';
import { anyTime, emailStep } from '../../support/sequences.js';
import { setAccountLimits } from '../../support/slots.js';
import { createCast, made, type Cast } from '../../support/team.js';

/** A Temporal that takes its time, and the most that it was told at once. */
const slow = { ms: 0, now: 0, most: 0, told: 0 };
const gateway: WorkflowGateway = {
  ...createRecordingGateway(),
  deliver: async () => {
    slow.now += 1;
    slow.most = Math.max(slow.most, slow.now);
    slow.told += 1;
    await delay(slow.ms);
    slow.now -= 1;
    return 'pending';
  },
};
let api: TestApi;
let cast: Cast;
beforeAll(async () => {
  api = await startApi({ workflows: gateway });
  cast = await createCast(api);
  await setAccountLimits(api.db, cast.accountId, noLimits);
});
afterAll(() => api.close());

it('ENR-20: a reply waits for Temporal once, however many of the company it ends', async () => {
  const settings = { ...anyTime, unenrollCompany: true };
  const body = { name: 'S', steps: [emailStep('one', 0)], settings };
  const { id: sequenceId } = await made(cast.owner.request('POST', '/v1/sequences', body));
  const company = await made(cast.request('POST', '/v1/companies', { name: 'Acme' }));
  const ids: string[] = [];
  for (let n = 0; n < 25; n += 1) {
    const contact = { email: `${randomUUID()}@contact.example`, companyId: company.id };
    const { id } = await made(cast.request('POST', '/v1/contacts', contact));
    const wanted = { sequenceId, contact: { id } };
    ids.push((await made(cast.owner.request('POST', '/v1/enrollments', wanted))).id);
  }
  Object.assign(slow, { ms: 50, most: 0, told: 0 });
  const reply = { id: randomUUID(), type: 'reply', enrollmentId: ids[24] };
  const answer = await made(cast.request('POST', '/v1/events', reply));
  expect(answer.body['effects']).toHaveLength(25);
  // The sweeper tells the others.
  expect(slow).toMatchObject({ told: 20, most: 20 });
});
