import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it, test } from 'vitest';
import { startApi, type TestApi } from '../../support/api.js';
import { createWorld, type World } from '../../support/world.js';

let api: TestApi;
let world: World;
beforeAll(async () => {
  api = await startApi();
  world = await createWorld(api);
  await world.request('PATCH', `/v1/contacts/${world.contactId}`, { firstName: 'Grace <b>' });
  await world.request('POST', '/v1/snippets', { name: 'bye', html: '<p>Bye, {{sender.name}}</p>' });
});
afterAll(async () => {
  await api.close();
});

const patch = (notes: string) => world.request('PATCH', `/v1/tasks/${world.taskId}`, { notes });
const shown = async () => (await world.request('GET', `/v1/tasks/${world.taskId}`)).body['notes'];

test.each([
  ['<img src="https://a.example/x" onerror=alert(1)>', 'active_content'],
  ['<script>x</script>', 'active_content'],
  ['<a href="javascript:x()">y</a>', 'active_content'],
  ['<a href="{{contact.nope|}}javascript:x()">y</a>', 'unsupported_link'],
  ['{{contact.first name}}', 'token_code'],
  ['{{snippet.nobody}}', 'token_unknown_snippet'],
])('TSK-10 TSK-22: notes of a task are checked like those of a step: %s', async (notes, code) => {
  const before = await shown();
  const refused = await patch(notes);
  expect(refused).toMatchObject({ status: 422, errors: [{ pointer: '/notes', code }] });
  expect(await shown()).toBe(before);
});

it('TSK-10: notes of a task are cleaned, with snippets put in and tokens resolved', async () => {
  const edited = await patch(
    '<p class="x">Hi {{contact.firstName}}</p>{{snippet.bye}}{{company.x}}',
  );
  const notes = '<p>Hi Grace &lt;b&gt;</p><p>Bye, Ada</p>[company.x]';
  expect(edited).toMatchObject({ status: 200, body: { notes } });
  expect((await patch(notes)).body).toMatchObject({ notes });
  expect((await patch('')).body).toMatchObject({ notes: '' });
});

it('TSK-10: notes that were kept before are shown without what would run', async () => {
  await api.db.execute(
    sql`update tasks set notes = '<p>x</p><img src=x onerror=alert(1)>' where id = ${world.taskId}`,
  );
  expect(await shown()).toBe('<p>x</p><img src="x" />');
  const { body } = await world.request('GET', '/v1/tasks');
  expect(JSON.stringify(body)).not.toContain('onerror');
});
