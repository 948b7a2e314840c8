import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { findCanaries } from '../support/canaries.js';
import { eventually } from '../support/eventually.js';
import { readRecord } from '../support/records.js';
import { anyTime } from '../support/sequences.js';
import { startStack, type Stack } from '../support/stack.js';
import type { Answer } from '../support/stack-client.js';

const company = {
  companyName: 'Canarycompany',
  companyDomain: 'canarycompany.example',
  companyProperty: 'Canarybranch',
};
const user = {
  name: 'Canaryname',
  email: 'canary.user',
  externalId: 'canary-external',
  address: 'canary.box',
  displayName: 'Canarydisplay',
  username: 'canary-login',
  password: 'Canarypassword',
  keyName: 'Canarykey',
};

describe('a user who leaves, and a company that is deleted', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({
      mail: {
        respond: (stage, { envelope }) =>
          stage === 'data' ? { code: 250, text: `2.0.0 taken from ${envelope.from}` } : undefined,
      },
    });
  });
  afterAll(() => stack.close());

  async function ok(
    method: string,
    path: string,
    body?: object,
    by?: string,
  ): Promise<Answer['body']> {
    const answer = await stack.api.request(method, path, body, by);
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
    return answer.body;
  }
  const make = async (path: string, body: object, by?: string): Promise<string> =>
    z.object({ id: z.string() }).parse(await ok('POST', path, body, by)).id;
  const places = async (canaries: Readonly<Record<string, string>>) =>
    [...(await findCanaries(stack.db, canaries)).keys()].sort();

  it('leave ids, and nothing of theirs but what the documents name', async () => {
    const boss = await stack.api.user(stack.catcher.port, { role: 'admin' });
    const { name, externalId, displayName, username, password } = user;
    const email = `${user.email}@sender.example`;
    const id = await make('/v1/users', { email, name, externalId, timeZone: 'UTC' });
    const smtp = { host: '127.0.0.1', port: stack.catcher.port, security: 'none' };
    const mailboxId = await make('/v1/mailboxes', {
      ...{ userId: id, address: `${user.address}@sender.example`, displayName },
      smtp: { ...smtp, username, password },
    });
    await make('/v1/teams', { name: 'Sales', memberIds: [id] });
    await make(`/v1/users/${id}/absences`, { firstOn: '2020-12-24', lastOn: '2020-12-31' });
    const key = await ok('POST', '/v1/api-keys', {
      ...{ name: user.keyName, scopes: ['write'], user: { id } },
    });
    const companyId = await make('/v1/companies', {
      ...{ name: company.companyName, domain: company.companyDomain },
      properties: { branch: company.companyProperty },
    });
    const contactId = await stack.api.contact({ companyId });
    const text = '{{sender.name}} of {{sender.email}} to {{company.name}}, {{company.branch}}';
    const sequenceId = await stack.api.sequence(id, {
      name: 'Walked',
      steps: [
        {
          ...{ id: 'mail', kind: 'automated_email' },
          email: { subject: '{{sender.name}} to {{company.name}}', html: `<p>${text}</p>` },
        },
        { id: 'call', kind: 'call', title: '{{sender.name}} calls', notes: `<p>${text}</p>` },
      ],
      settings: anyTime,
    });
    const { id: enrollmentId } = await stack.api.enroll(id, {
      sequenceId,
      contact: { id: contactId },
    });
    await eventually(
      () => stack.api.tasks(`enrollmentId=${enrollmentId}`),
      (tasks) => tasks.length === 1,
    );
    expect(await places(user)).toEqual(
      [
        ...['api_keys.name', 'email_sends.raw', 'email_sends.smtp_reply', 'email_sends.subject'],
        ...['mailboxes.address', 'mailboxes.address_normalized', 'mailboxes.display_name'],
        ...['mailboxes.smtp_username', 'tasks.notes', 'tasks.title'],
        ...['users.email', 'users.email_normalized', 'users.external_id', 'users.name'],
      ].sort(),
    );

    expect(await places(company)).toEqual(
      [
        ...['companies.domain', 'companies.name', 'companies.properties'],
        ...['email_sends.raw', 'email_sends.subject', 'tasks.notes'],
      ].sort(),
    );
    expect(await ok('DELETE', `/v1/companies/${companyId}`)).toMatchObject({ contactsLeft: 1 });
    // Mails and tasks that were made keep what they say.
    const texts = ['email_sends.raw', 'email_sends.subject', 'tasks.notes'];
    expect(await places(company)).toEqual(texts);
    expect(await ok('GET', `/v1/contacts/${contactId}`)).toMatchObject({ companyId: null });
    expect(await ok('GET', `/v1/enrollments/${enrollmentId}`)).toMatchObject({
      state: 'waiting_task',
    });

    const path = `/v1/users/${id}`;
    expect((await stack.api.request('DELETE', path)).body).toMatchObject({ code: 'USER_ACTIVE' });
    await ok('POST', `${path}/deactivate`, { reassignTasksTo: { id: boss.id } });
    expect(await ok('DELETE', path)).toMatchObject({ id, mailboxIds: [mailboxId] });
    const left = await eventually(
      () => places(user),
      (found) => !found.some((place) => place.startsWith('email_sends')),
    );
    expect(left).toEqual(['tasks.notes', 'tasks.title']);
    for (const gone of [path, `/v1/users/${externalId}`, `/v1/mailboxes/${mailboxId}`]) {
      expect((await stack.api.request('GET', gone)).status).toBe(404);
    }
    expect((await stack.api.request('DELETE', path)).status).toBe(404);
    expect((await stack.api.request('POST', `${path}/reactivate`)).status).toBe(404);
    for (const list of ['/v1/users?limit=100', '/v1/mailboxes?limit=100']) {
      expect(JSON.stringify(await ok('GET', list))).not.toMatch(/erased|canary/i);
    }
    const authorization = `Bearer ${z.string().parse(key['key'])}`;
    const called = await fetch(`${stack.apiUrl}/v1/contacts`, { headers: { authorization } });
    expect(called.status).toBe(401);
    // Others keep what points to them; their address is free.
    const { row, sends } = await readRecord(stack.db, enrollmentId);
    expect(row).toMatchObject({ senderId: id, mailboxId, reason: 'user_removed' });
    const sent = sends.get('mail');
    expect(sent).toMatchObject({ state: 'sent', subject: '', recipient: '' });
    expect(sent?.rawSha256).toMatch(/^[0-9a-f]{64}$/);
    await ok('POST', '/v1/users', { email, name: 'Somebody else', externalId, timeZone: 'UTC' });
  });
});
