import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApi, type TestApi } from '../../support/api.js';
import { createCast, made, type Cast } from '../../support/team.js';

let api: TestApi;
let cast: Cast;
beforeAll(async () => {
  api = await startApi();
  cast = await createCast(api);
});
afterAll(() => api.close());

const email = { html: '<p>Hi</p>' };
const first = { id: 'first', kind: 'automated_email', email: { subject: 'Hello', ...email } };
const second = { id: 'second', kind: 'automated_email', delayDays: 1, email };
const task = { id: 'task', kind: 'manual_email', delayDays: 1, title: 'Write' };
const answer = { kind: 'reply', toStepId: 'first' };

it('EDT-04: a step that is replaced stays in its thread unless another is asked for', async () => {
  const ask = (method: string, path: string, body: unknown, etag?: string) =>
    cast.owner.request(method, path, body, etag);
  const steps = [first, { ...second, threading: answer }, { ...task, replyTo: 'first' }];
  const { id } = await made(ask('POST', '/v1/sequences', { name: 'S', steps }));
  const put = (body: object, version: number) =>
    ask('PUT', `/v1/sequences/${id}`, { name: 'S', ...body }, `"${version}"`);
  const silent = { steps: [first, second, task] };
  const kept = await made(put(silent, 1));
  expect(kept.body).toMatchObject({
    version: 1,
    steps: [{ threading: { kind: 'new' } }, { threading: answer }, { threading: answer }],
  });
  const impact = await made(ask('POST', `/v1/sequences/${id}/impact`, { name: 'S', ...silent }));
  expect(JSON.stringify(impact.body)).not.toContain('threading');

  const opened = { steps: [first, { ...second, threading: { kind: 'new' }, email: first.email }] };
  const added = { ...second, id: 'added', email: first.email };
  const changed = await made(put({ steps: [...opened.steps, added, task] }, 1));
  expect(changed.body['steps']).toMatchObject([
    ...Array.from({ length: 3 }, () => ({ threading: { kind: 'new' } })),
    { threading: answer },
  ]);
  expect(await put({ steps: [{ ...added, delayDays: 0 }, task] }, 2)).toMatchObject({
    status: 422,
    body: { errors: [{ pointer: '/steps/1/replyTo' }] },
  });
});
