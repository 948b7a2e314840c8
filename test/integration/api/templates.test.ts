import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { startApi, type TestApi } from '../../support/api.js';

let api: TestApi;
let userId: string;
let contactId: string;

const ask = (method: string, path: string, body: unknown = {}, match = '*') =>
  api.request(method, path, body, { 'cadenza-user': 'ada@example.com', 'if-match': match });
const read = (path: string) => api.request('GET', path);
const hello = { name: 'Hello', subject: 'Hi {{contact.firstName|there}}', html: '<p>Hello</p>' };
const make = (more: object = {}) => ask('POST', '/v1/templates', { ...hello, ...more });

beforeAll(async () => {
  api = await startApi();
  const ada = { email: 'ada@example.com', name: 'Ada Byron', timeZone: 'UTC' };
  userId = (await api.request('POST', '/v1/users', ada)).id;
  const companyId = (await ask('POST', '/v1/companies', { name: 'Tom & Co' })).id;
  const contact = { email: 'grace@example.com', firstName: 'Grace', companyId };
  contactId = (await ask('POST', '/v1/contacts', contact)).id;
});
afterAll(async () => {
  await api.close();
});

describe('/v1/templates', () => {
  it('SEQ-11: are made, read and changed, each change a version', async () => {
    const made = await make();
    expect([made.status, made.headers.get('etag')]).toEqual([201, '"1"']);
    expect(made.headers.get('location')).toBe(`/v1/templates/${made.id}`);
    expect(made.body).toMatchObject({ ...hello, folderId: null, ownerId: userId, version: 1 });
    const changed = await ask('PATCH', `/v1/templates/${made.id}`, { html: '<p>New</p>' }, '"1"');
    expect(changed.body).toMatchObject({ ...hello, html: '<p>New</p>', version: 2 });
    expect((await read(`/v1/templates/${made.id}`)).body).toEqual(changed.body);
    const same = await ask('PATCH', `/v1/templates/${made.id}`, { html: '<p>New</p>' }, '"2"');
    expect(same.body).toEqual(changed.body);
    const late = await ask('PATCH', `/v1/templates/${made.id}`, { name: 'Late' }, '"1"');
    expect([late.status, late.code]).toEqual([412, 'PRECONDITION_FAILED']);
    const unsaid = await api.request('DELETE', `/v1/templates/${made.id}`);
    expect(unsaid.code).toBe('PRECONDITION_REQUIRED');
    expect((await ask('DELETE', `/v1/templates/${made.id}`, {}, '"2"')).status).toBe(200);
    expect((await read(`/v1/templates/${made.id}`)).status).toBe(404);
  });

  it('lets one of ten editors through who all saw the same version', async () => {
    const { id } = await make();
    const edits = Array.from({ length: 10 }, (_, index) =>
      ask('PATCH', `/v1/templates/${id}`, { name: `Name ${index}` }, '"1"'),
    );
    const statuses = (await Promise.all(edits)).map(({ status }) => status);
    expect(statuses.toSorted((a, b) => a - b)).toEqual([200, ...Array<number>(9).fill(412)]);
    expect((await read(`/v1/templates/${id}`)).body).toMatchObject({ version: 2 });
  });

  it('SEQ-12: are found by folder, by its name, and by a part of name or subject', async () => {
    const folder = (await ask('POST', '/v1/folders', { kind: 'template', name: 'Search' })).id;
    const inside = (await make({ name: 'Fair 100%', folderId: folder })).id;
    const outside = (await make({ name: 'Other', subject: 'After the FAIR' })).id;
    const found = async (query: string) => {
      const { ids } = await read(`/v1/templates?limit=100&${query}`);
      return [inside, outside].filter((id) => ids.includes(id));
    };
    expect(await found('')).toEqual([inside, outside]);
    expect(await found('q=fair')).toEqual([inside, outside]);
    expect(await found('q=100%25')).toEqual([inside]);
    expect(await found('q=_')).toEqual([]);
    expect(await found(`folderId=${folder}`)).toEqual([inside]);
    expect(await found('folder=Search')).toEqual([inside]);
    expect(await found('folder=search')).toEqual([inside]);
    expect(await found('folder=searc')).toEqual([]);
    expect(await found('folderId=none')).toEqual([outside]);
    expect((await read('/v1/templates?folderId=x')).pointers).toEqual(['/folderId']);
    const first = await read(`/v1/templates?limit=1&q=fair`);
    const second = await read(`/v1/templates?limit=1&q=fair&after=${first.next ?? ''}`);
    expect([...first.ids, ...second.ids]).toEqual([inside, outside]);
    expect((await read(`/v1/templates?limit=1&after=${first.next ?? ''}`)).code).toBe(
      'INVALID_CURSOR',
    );
  });

  test.each([
    ['an empty name', { name: ' ' }, ['/name too_small']],
    ['a name of 10 kB', { name: 'x'.repeat(10_240) }, ['/name too_big']],
    ['no subject', { subject: '' }, ['/subject required']],
    ['a subject of two lines', { subject: 'a\nb' }, ['/subject not_one_line']],
    ['no text', { html: '<o:p> </o:p>' }, ['/html required']],
    ['a body that is too long', { html: 'x'.repeat(100_001) }, ['/html too_long']],
    ['a script', { html: '<p>x</p><script>x()</script>' }, ['/html active_content']],
    ['a handler', { html: '<p onmouseover="x()">x</p>' }, ['/html active_content']],
    [
      'tokens that are code',
      { html: '{{constructor}}{{contact.__proto__}}{{7*7}}' },
      ['/html token_unknown_root', '/html token_code', '/html token_code'],
    ],
    [
      'both texts',
      { subject: '{{x.y}}', html: '{% if %}' },
      ['/html token_liquid', '/subject token_unknown_root'],
    ],
  ])('refuses %s, and saves nothing', async (_, more, problems) => {
    const before = (await read('/v1/templates?limit=100')).ids;
    const refused = await make(more);
    expect([refused.status, refused.code]).toEqual([422, 'VALIDATION_FAILED']);
    expect(refused.errors.map(({ pointer, code }) => `${pointer} ${code}`)).toEqual(problems);
    expect((await read('/v1/templates?limit=100')).ids).toEqual(before);
  });

  it('says where in the text a mistake is, and how to mend it', async () => {
    const html = '<p>Hi {{ contact.firstName | default: "there" }}</p>';
    const refused = await make({ html });
    expect(refused.errors).toMatchObject([{ pointer: '/html', position: html.indexOf('{{') }]);
    expect(refused.errors[0]?.['message']).toContain('write {{contact.firstName|there}}');
  });

  it('is refused in a folder for sequences, and in one that is not there', async () => {
    const folder = await ask('POST', '/v1/folders', { kind: 'sequence', name: 'Sequences' });
    expect((await make({ folderId: folder.id })).pointers).toEqual(['/folderId']);
    const gone = await make({ folderId: userId });
    expect([gone.status, gone.pointers]).toEqual([404, ['/folderId']]);
  });
});

describe('POST /v1/templates/{id}/preview', () => {
  it('SEQ-27: shows subject, HTML and text as they would be sent', async () => {
    const { id } = await make({
      subject: '{{company.name}} and you',
      html: '<p>Hi {{contact.firstName|there}}, see <a href="https://example.com/?c={{company.name}}">this</a></p><p>{{sender.name}}</p>',
    });
    const preview = await ask('POST', `/v1/templates/${id}/preview`, {
      contact: { id: contactId },
    });
    expect(preview.body).toEqual({
      subject: 'Tom & Co and you',
      html: '<p>Hi Grace, see <a href="https://example.com/?c=Tom%20%26%20Co">this</a></p><p>Ada Byron</p>',
      text: 'Hi Grace, see this [https://example.com/?c=Tom%20%26%20Co]\n\nAda Byron',
      canBeSent: true,
      missingTokens: [],
    });
  });

  it('ENR-14: lists every token that has neither value nor fallback', async () => {
    const { id } = await make({
      subject: 'Hi {{contact.lastName}}',
      html: '<p>{{contact.plan}}</p>',
    });
    const contact = { email: 'grace@example.com' };
    const sender = { email: 'ada@example.com' };
    const preview = await api.request('POST', `/v1/templates/${id}/preview`, { contact, sender });
    expect(preview.body).toMatchObject({
      subject: 'Hi [contact.lastName]',
      html: '<p>[contact.plan]</p>',
      canBeSent: false,
      missingTokens: [
        { field: 'subject', token: 'contact.lastName' },
        { field: 'html', token: 'contact.plan' },
      ],
    });
    const nobody = await api.request('POST', `/v1/templates/${id}/preview`, { contact });
    expect(nobody.code).toBe('ACTING_USER_REQUIRED');
    const unknown = { email: 'x@example.com' };
    const lost = await ask('POST', `/v1/templates/${id}/preview`, { contact: unknown });
    expect([lost.status, lost.pointers]).toEqual([404, ['/contact']]);
  });
});
