import { afterAll, beforeAll, expect, it } from 'vitest';
import { knownPaths } from '../../../src/domain/message/tokens.js';
import { stepKinds } from '../../../src/domain/sequence/step.js';
import { pageOfProblem, problemCodes } from '../../../src/api/http/problem.js';
import { startApi, type TestApi } from '../../support/api.js';
import { readDocument } from '../../support/documents.js';

let api: TestApi;
let page: string;
beforeAll(async () => {
  api = await startApi();
  page = await (await fetch(`${api.url}/docs/errors`)).text();
});
afterAll(() => api.close());

it('the type of a refusal leads to its entry on a page that the API serves', async () => {
  const refused = await api.request('GET', '/v1/contacts?after=nonsense');
  expect(refused.code).toBe('INVALID_CURSOR');
  const target = new URL(String(refused.body['type']), `${api.url}/v1/contacts`);
  const answer = await fetch(target);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    200,
    'text/html; charset=utf-8',
  ]);
  expect(await answer.text()).toContain(`<section id="${target.hash.slice(1)}">`);
});

it('every code has its entry, and every link on the page leads somewhere', async () => {
  expect(problemCodes.length).toBeGreaterThan(50);
  const entries = problemCodes.map((code) => new URL(pageOfProblem(code), api.url).hash.slice(1));
  expect(entries.filter((id) => !page.includes(`id="${id}"`))).toEqual([]);
  const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const [, target = ''] of page.matchAll(/href="([^"]+)"/g)) {
    if (target.startsWith('#')) expect(ids).toContain(target.slice(1));
    else expect([target, (await fetch(`${api.url}${target}`)).status]).toEqual([target, 200]);
  }
  expect(page).not.toMatch(/<script|undefined/);
});

it('SEQ-27: every token and every kind of step stands in docs/api.md, the tokens on the page too', () => {
  const { text } = readDocument('docs/api.md');
  for (const path of knownPaths) {
    expect(text).toContain(`{{${path}}}`);
    expect(page).toContain(`{{${path}}}`);
  }
  for (const kind of stepKinds) expect(text).toContain(`\`${kind}\``);
  expect(text).toMatch(/`paging\.next\.after`[^.]*`after`/);
});

it('a mistake in a token has a code of the page', async () => {
  const writer = { email: 'ada@example.com', name: 'Ada', timeZone: 'UTC' };
  expect((await api.request('POST', '/v1/users', writer)).status).toBe(201);
  const mistakes = [
    '{{foo.bar}}',
    '{{sender.shoe}}',
    '{{}}',
    '{{contact.',
    '{% if %}',
    '{{snippet.none}}',
  ];
  for (const html of mistakes) {
    const refused = await api.request(
      'POST',
      '/v1/templates',
      { name: 'T', subject: 'S', html },
      { 'cadenza-user': writer.email },
    );
    const [code = ''] = refused.errors.map((error) => error.code);
    expect([html, refused.status, page.includes(`id="${code}"`)]).toEqual([html, 422, true]);
  }
});
