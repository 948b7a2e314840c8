import PostalMime from 'postal-mime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reserveSend } from '../../../src/activities/sending/reserve-send.js';
import { startApi, type TestApi } from '../../support/api.js';
import { readRecord } from '../../support/records.js';
import { anyTime } from '../../support/sequences.js';
import { createWorld, type World } from '../../support/world.js';
import { activityDeps, termsAt } from '../../support/activity-deps.js';

let api: TestApi;
let world: World;
beforeAll(async () => {
  api = await startApi();
  world = await createWorld(api);
});
afterAll(async () => {
  await api.close();
});

const ask = (method: string, path: string, body: unknown) =>
  world.request(method, path, body, { 'cadenza-user': 'ada' });

async function enroll(step: object, contact: object) {
  const body = { name: 'Mail', steps: [{ id: 'one', ...step }], settings: anyTime };
  const sequenceId = (await ask('POST', '/v1/sequences', body)).id;
  const { id } = await ask('POST', '/v1/contacts', contact);
  const enrolled = await ask('POST', '/v1/enrollments', { sequenceId, contact: { id } });
  const at = new Date().toISOString();
  return { contactId: id, enrollmentId: enrolled.id, stepId: 'one', at };
}

const deps = () => activityDeps(api.db);

describe('what is sent', () => {
  it('SEQ-27: is what the preview of its template shows', async () => {
    const template = await ask('POST', '/v1/templates', {
      name: 'Odd values',
      subject: 'Hi {{contact.firstName}}, about {{contact.plan|it}}',
      html: '<p>Hi {{contact.firstName}} <a href="https://example.com/?c={{contact.lastName}}">here</a></p><p>{{sender.name}} {{contact.plan|none & "more"}}</p>',
    });
    const { contactId, ...claim } = await enroll(
      { kind: 'automated_email', templateId: template.id },
      { email: 'odd@example.com', firstName: '<b>Tom</b> & Co', lastName: 'a b&c' },
    );
    const path = `/v1/templates/${template.id}/preview`;
    const preview = await ask('POST', path, { contact: { id: contactId } });
    const input = { accountId: world.accountId, ...claim };
    await api.db.transaction((tx) => reserveSend(tx, input, deps(), termsAt(claim.at)));
    const send = (await readRecord(api.db, claim.enrollmentId)).sends.get('one');
    const mail = await PostalMime.parse(send?.raw ?? '');
    expect(preview.body).toMatchObject({
      canBeSent: true,
      subject: mail.subject,
      html: mail.html?.trim(),
      text: mail.text?.trim(),
    });
    expect(mail.html).toContain('&lt;b&gt;Tom&lt;/b&gt; &amp; Co');
    expect(mail.html).toContain('none &amp; &quot;more&quot;');
  });
});
