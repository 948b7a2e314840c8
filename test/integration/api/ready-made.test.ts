import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { z } from 'zod';
import { readySequences } from '../../../src/domain/sequence/ready-made/index.js';
import { startApi, type TestApi } from '../../support/api.js';

let api: TestApi;

const ask = (method: string, path: string, body: unknown = {}) =>
  api.request(method, path, body, { 'cadenza-user': 'ada@example.com', 'if-match': '*' });
const read = (path: string) => api.request('GET', path);
const saved = z.object({
  steps: z.array(
    z.object({
      id: z.string(),
      email: z.object({ subject: z.string(), html: z.string() }).optional(),
    }),
  ),
});

beforeAll(async () => {
  api = await startApi();
  await api.request('POST', '/v1/users', {
    email: 'ada@example.com',
    name: 'Ada',
    timeZone: 'UTC',
  });
  await ask('POST', '/v1/mailboxes', {
    address: 'ada@example.com',
    smtp: { host: 'localhost', port: 25, security: 'none' },
  });
});
afterAll(async () => {
  await api.close();
});

describe('/v1/sequence-templates', () => {
  it('SEQ-19: lists the ready-made sequences, and shows each with its steps', async () => {
    const list = await read('/v1/sequence-templates');
    expect(list.ids).toEqual(readySequences.map(({ id }) => id));
    for (const { id, tokens, draft } of readySequences) {
      const shown = await read(`/v1/sequence-templates/${id}`);
      expect(shown.body).toMatchObject({ id, name: draft.name, tokens, steps: draft.steps });
    }
    expect((await read('/v1/sequence-templates/nothing')).status).toBe(404);
  });
});

describe.each(readySequences.map((ready) => [ready.id, ready] as const))('%s', (id, ready) => {
  const properties = Object.fromEntries(
    ready.tokens.map((token) => [token.replace('contact.', ''), 'something']),
  );

  test('SEQ-19: is saved through the API as it stands', async () => {
    const made = await ask('POST', '/v1/sequences', { fromTemplateId: id });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ name: ready.draft.name, version: 1 });
    expect(saved.parse(made.body).steps.map((step) => step.id)).toEqual(
      ready.draft.steps.map((step) => step.id),
    );
  });

  test('SEQ-27: every email renders for a contact with all values, and with only those it declares', async () => {
    const made = await ask('POST', '/v1/sequences', { fromTemplateId: id });
    const company = await ask('POST', '/v1/companies', { name: 'Tom & Co' });
    const bare = await ask('POST', '/v1/contacts', { properties });
    const rich = await ask('POST', '/v1/contacts', {
      ...{ firstName: 'Grace', lastName: 'Hopper', companyId: company.id, properties },
    });
    for (const { email } of saved.parse(made.body).steps) {
      if (email === undefined) continue;
      const template = await ask('POST', '/v1/templates', { name: 'x', ...email });
      for (const contact of [bare, rich]) {
        const reference = { contact: { id: contact.id } };
        const { body } = await ask('POST', `/v1/templates/${template.id}/preview`, reference);
        expect(body).toMatchObject({ canBeSent: true, missingTokens: [] });
        expect(JSON.stringify(body)).not.toMatch(/\{\{|\}\}|\[contact|\[company/);
      }
    }
  });

  test('ENR-14: enrolls a contact with the values it declares, and refuses one without', async () => {
    const made = await ask('POST', '/v1/sequences', { fromTemplateId: id });
    const enroll = async (email: string, more: object) => {
      const contact = await ask('POST', '/v1/contacts', { email, ...more });
      return ask('POST', '/v1/enrollments', {
        sequenceId: made.id,
        contact: { id: contact.id },
      });
    };
    const taken = await enroll(`with@${id}.example`, { properties });
    expect([201, 202]).toContain(taken.status);
    const without = await enroll(`without@${id}.example`, {});
    expect(without.code).toBe(ready.tokens.length === 0 ? undefined : 'MISSING_TOKENS');
  });
});

describe('POST /v1/sequences {fromTemplateId}', () => {
  it('SEQ-19: takes a name, settings and a folder', async () => {
    const folder = await ask('POST', '/v1/folders', { kind: 'sequence', name: 'Ready' });
    const made = await ask('POST', '/v1/sequences', {
      ...{ fromTemplateId: 'renewal', name: 'Mine', folderId: folder.id },
      settings: { unenrollCompany: true },
    });
    expect(made.body).toMatchObject({
      ...{ name: 'Mine', folderId: folder.id },
      settings: { unenrollCompany: true, sendWindowStartMinute: 480 },
    });
  });

  it('refuses one that is unknown, steps beside it, and neither of the two', async () => {
    const unknown = await ask('POST', '/v1/sequences', { fromTemplateId: 'nothing' });
    expect([unknown.status, unknown.pointers]).toEqual([404, ['/fromTemplateId']]);
    const both = await ask('POST', '/v1/sequences', { fromTemplateId: 'renewal', steps: [] });
    expect([both.status, both.pointers]).toEqual([422, ['/steps']]);
    const neither = await ask('POST', '/v1/sequences', { settings: 7 });
    expect(neither.errors.map(({ pointer, code }) => `${pointer} ${code}`)).toEqual([
      '/settings invalid_type',
      '/name required',
      '/steps required',
    ]);
  });
});
