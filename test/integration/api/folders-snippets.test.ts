import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { startApi, type TestApi } from '../../support/api.js';

let api: TestApi;

const ask = (method: string, path: string, body: unknown = {}, match = '*') =>
  api.request(method, path, body, { 'cadenza-user': 'ada@example.com', 'if-match': match });
const read = (path: string) => api.request('GET', path);
const folder = (kind: string, name: string) => ask('POST', '/v1/folders', { kind, name });
const steps = [{ id: 'call', kind: 'call', title: 'Call' }];

beforeAll(async () => {
  api = await startApi();
  await api.request('POST', '/v1/users', {
    email: 'ada@example.com',
    name: 'Ada',
    timeZone: 'UTC',
  });
});
afterAll(async () => {
  await api.close();
});

describe('/v1/folders', () => {
  it('SEQ-21: have a name that is the only one of its kind', async () => {
    const made = await folder('sequence', 'Autumn');
    expect(made.status).toBe(201);
    const again = await folder('sequence', ' Autumn ');
    expect([again.status, again.code, again.pointers]).toEqual([409, 'CONFLICT', ['/name']]);
    expect((await folder('template', 'Autumn')).status).toBe(201);
    const stranger = await api.createCaller();
    const theirs = await stranger.request('POST', '/v1/folders', made.body);
    expect(theirs.status).toBe(422);
    const other = await folder('sequence', 'Winter');
    const renamed = await ask('PATCH', `/v1/folders/${other.id}`, { name: 'Autumn' });
    expect(renamed.status).toBe(409);
    const spring = await ask('PATCH', `/v1/folders/${other.id}`, { name: 'Spring' });
    expect(spring.body).toMatchObject({ name: 'Spring', kind: 'sequence' });
    const list = await read('/v1/folders?kind=sequence');
    expect(list.ids).toEqual([made.id, other.id]);
    expect((await folder('drawer', 'x')).pointers).toEqual(['/kind']);
    expect((await folder('template', '')).pointers).toEqual(['/name']);
  });

  it('SEQ-21: a sequence is made, copied and moved into one; moving makes no version', async () => {
    const one = (await folder('sequence', 'One')).id;
    const two = (await folder('sequence', 'Two')).id;
    const made = await ask('POST', '/v1/sequences', { name: 'S', steps, folderId: one });
    expect(made.body).toMatchObject({ folderId: one, version: 1 });
    const path = `/v1/sequences/${made.id}`;
    const copies = [{}, { folderId: two }, { folderId: null }].map((where) =>
      ask('POST', `${path}/copy`, { name: 'Copy', ...where }),
    );
    const folders = (await Promise.all(copies)).map(({ body }) => body['folderId']);
    expect(folders).toEqual([one, two, null]);
    const moved = await ask('PATCH', path, { folderId: two }, '"1"');
    expect(moved.body).toMatchObject({ folderId: two, version: 1 });
    expect((await read(path)).body).toEqual(moved.body);
    const both = await ask('PATCH', path, { folderId: one, name: 'T' }, '"1"');
    expect(both.body).toMatchObject({ folderId: one, name: 'T', version: 2 });
    const put = await ask('PUT', path, { name: 'T', steps }, '"2"');
    expect(put.body).toMatchObject({ folderId: one, version: 2 });
    expect((await read(`/v1/sequences?folderId=${one}`)).ids).toContain(made.id);
    expect((await read(`/v1/sequences?folderId=${two}`)).ids).not.toContain(made.id);
    const out = await ask('PUT', path, { name: 'T', steps, folderId: null }, '"2"');
    expect(out.body).toMatchObject({ folderId: null, version: 2 });
    expect((await read('/v1/sequences?folderId=none')).ids).toContain(made.id);
  });

  it('refuses a folder for templates, and one that is not there', async () => {
    const wrong = (await folder('template', 'Wrong')).id;
    const { id } = await ask('POST', '/v1/sequences', { name: 'S', steps });
    for (const [method, path] of [
      ['POST', '/v1/sequences'],
      ['POST', `/v1/sequences/${id}/copy`],
      ['PUT', `/v1/sequences/${id}`],
      ['PATCH', `/v1/sequences/${id}`],
    ] as const) {
      const body = method === 'PATCH' ? {} : { name: 'S', steps };
      const refused = await ask(method, path, { ...body, folderId: wrong });
      expect([path, refused.status, refused.pointers]).toEqual([path, 404, ['/folderId']]);
    }
  });

  it('leave what was in them without a folder when they are deleted', async () => {
    const ofSequences = (await folder('sequence', 'Gone')).id;
    const ofTemplates = (await folder('template', 'Gone')).id;
    const body = { name: 'T', subject: 'Hello', html: '<p>x</p>', folderId: ofTemplates };
    const template = await ask('POST', '/v1/templates', body);
    const sequence = await ask('POST', '/v1/sequences', {
      name: 'S',
      steps,
      folderId: ofSequences,
    });
    for (const id of [ofSequences, ofTemplates]) {
      expect((await ask('DELETE', `/v1/folders/${id}`)).status).toBe(200);
      expect((await ask('DELETE', `/v1/folders/${id}`)).status).toBe(404);
    }
    for (const path of [`/v1/templates/${template.id}`, `/v1/sequences/${sequence.id}`]) {
      expect((await read(path)).body).toMatchObject({ folderId: null, version: 1 });
    }
  });

  it('are not deleted under what is just being put into them', async () => {
    for (let round = 0; round < 5; round += 1) {
      const folderId = (await folder('sequence', `Race ${round}`)).id;
      const { id } = await ask('POST', '/v1/sequences', { name: 'S', steps });
      const [moved, made, deleted] = await Promise.all([
        ask('PATCH', `/v1/sequences/${id}`, { folderId }),
        ask('POST', '/v1/sequences', { name: 'S', steps, folderId }),
        ask('DELETE', `/v1/folders/${folderId}`),
      ]);
      expect(deleted.status).toBe(200);
      expect([200, 404]).toContain(moved.status);
      expect([201, 404]).toContain(made.status);
      expect((await read(`/v1/sequences/${id}`)).body).toMatchObject({ folderId: null });
    }
  });
});

describe('/v1/snippets', () => {
  it('TSK-10: are made, found, changed and deleted; what took one over keeps it', async () => {
    const made = await ask('POST', '/v1/snippets', {
      name: 'offer',
      html: '<p class="x">Our {{contact.plan|offer}}</p>',
    });
    expect([made.status, made.headers.get('etag')]).toEqual([201, '"1"']);
    expect(made.body).toMatchObject({ html: '<p>Our {{contact.plan|offer}}</p>', version: 1 });
    const body = { name: 'T', subject: 'Hello', html: '<p>{{snippet.offer}}</p>' };
    const template = await ask('POST', '/v1/templates', body);
    expect(template.body).toMatchObject({ html: '<p>Our {{contact.plan|offer}}</p>' });
    const path = `/v1/snippets/${made.id}`;
    const changed = await ask('PATCH', path, { html: 'New' }, '"1"');
    expect(changed.body).toMatchObject({ name: 'offer', html: 'New', version: 2 });
    expect((await ask('PATCH', path, { name: 'offer' }, '"2"')).body).toEqual(changed.body);
    expect((await ask('PATCH', path, { html: 'Late' }, '"1"')).status).toBe(412);
    expect((await read(path)).body).toEqual(changed.body);
    expect((await read(`/v1/templates/${template.id}`)).body).toEqual(template.body);
    expect((await read('/v1/snippets?q=OFF')).ids).toEqual([made.id]);
    expect((await read('/v1/snippets?q=%25')).ids).toEqual([]);
    expect((await ask('POST', '/v1/snippets', { name: 'offer', html: 'x' })).status).toBe(409);
    const other = await ask('POST', '/v1/snippets', { name: 'other', html: 'x' });
    expect((await ask('PATCH', `/v1/snippets/${other.id}`, { name: 'offer' })).status).toBe(409);
    expect((await ask('DELETE', path, {}, '"2"')).status).toBe(200);
    expect((await ask('POST', '/v1/templates', body)).pointers).toEqual(['/html']);
  });

  test.each([
    ['a name with a space', { name: 'a b' }, ['/name invalid_format']],
    ['no text', { html: ' ' }, ['/html required']],
    ['a script', { html: '<script>x()</script>' }, ['/html active_content']],
    ['a text that is too long', { html: 'x'.repeat(20_001) }, ['/html too_long']],
    ['itself', { name: 'self', html: 'a {{snippet.self}}' }, ['/html token_nested_snippet']],
    [
      'another snippet',
      { html: '{{snippet.offer}}{{7*7}}' },
      ['/html token_nested_snippet', '/html token_code'],
    ],
  ])('refuse %s', async (_, more, problems) => {
    const refused = await ask('POST', '/v1/snippets', { name: 'bad', html: 'x', ...more });
    expect(refused.status).toBe(422);
    expect(refused.errors.map(({ pointer, code }) => `${pointer} ${code}`)).toEqual(problems);
    expect((await read('/v1/snippets?q=bad')).ids).toEqual([]);
  });
});
