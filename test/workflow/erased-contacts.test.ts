import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { contactOpens } from '../../src/db/schema/index.js';
import { findCanaries, holds, unfilled } from '../support/canaries.js';
import { eventually } from '../support/eventually.js';
import { readRecord } from '../support/records.js';
import { anyTime } from '../support/sequences.js';
import { startStack, type Stack } from '../support/stack.js';
import type { Answer, SeededUser } from '../support/stack-client.js';

/** What is said of one person, and to them; each stands nowhere else. */
const canaries = {
  address: 'canary.address',
  former: 'canary.former',
  formerNote: 'Canaryformernote',
  domain: 'canarydomain.example',
  externalId: 'canary-external',
  firstName: 'Canaryfirst',
  lastName: 'Canarylast',
  property: 'Canaryproperty',
  token: 'Canarytoken',
  title: 'Canarytitle',
  subject: 'Canarysubject',
  body: 'Canarybody',
  notes: 'Canarynotes',
  noted: 'Canarynoted',
  letter: 'Canaryletter',
  deal: 'canary-deal',
  note: 'Canarynote',
  bulk: 'Canarybulk',
};
const email = `${canaries.address}@${canaries.domain}`;
const former = `${canaries.former}@${canaries.domain}`;

/** Where it stands, and under which name the export has it. */
const exportedAs: Readonly<Record<string, string>> = {
  'bulk_enrollment_items.overrides': 'bulkItems',
  'contacts.email': 'contact',
  'contacts.email_normalized': 'contact',
  'contacts.external_id': 'contact',
  'contacts.first_name': 'contact',
  'contacts.folded_name': 'contact',
  'contacts.last_name': 'contact',
  'contacts.properties': 'contact',
  'email_sends.raw': 'mails',
  'email_sends.recipient': 'mails',
  'email_sends.smtp_reply': 'mails',
  'email_sends.subject': 'mails',
  'enrollments.overrides': 'enrollments',
  'enrollments.source_id': 'enrollments',
  'send_slots.recipient_domain': 'sendSlots',
  'suppressions.address': 'suppressions',
  'suppressions.note': 'suppressions',
  'task_emails.recipient': 'tasks',
  'task_emails.server_reply': 'tasks',
  'tasks.note': 'tasks',
  'tasks.notes': 'tasks',
  'tasks.title': 'tasks',
};
/**
 * What holds nothing here. A new column stands in one of the lists: it is filled above, looked for in the export and erased, or
 * it never holds what somebody says of a contact.
 */
const ofNobody = [
  // Of all contacts of a batch, or ids and codes, or of the whole account.
  'accounts.task_outcomes',
  ...['bulk_enrollment_items.source', 'bulk_enrollments.defaults', 'bulk_enrollments.source_id'],
  ...['companies', 'email_sends.in_reply_to', 'email_sends.raw_sha256', 'email_sends.references'],
  ...['email_sends.server_message_id', 'enrollments.paused_state', 'enrollments.start_step_id'],
  ...['enrollments.step_id', 'enrollments.steps_before_start', 'enrollments.why', 'events.effects'],
  ...['folders', 'holiday_calendars', 'lists.filter', 'log_readers', 'mail_servers'],
  ...['mailboxes.smtp_password_encrypted', 'mailboxes.smtp_username', 'properties'],
  ...['send_slots.held_by', 'sending_pauses', 'sequence_team_shares', 'sequence_user_shares'],
  ...['sequences.shared_with_everyone', 'slot_frontiers', 'snippets'],
  // Nothing as soon as the mail is in the ledger.
  'task_emails.content',
  'task_emails.rule',
  ...['task_queues', 'team_members', 'teams', 'templates', 'user_absences', 'users.external_id'],
];
/** What docs/api.md names: it runs out by itself. */
const runsOut = ['idempotency_keys.body', 'send_slots.recipient_domain'];

describe('a contact that is deleted', () => {
  let stack: Stack;
  let user: SeededUser;
  /** Mails whose final dot has come and that are not answered yet. */
  const held = new Map<string, (text: string) => void>();
  const toHold = new Set<string>();
  beforeAll(async () => {
    stack = await startStack({
      mail: {
        respond: async (stage, { envelope, raw }) => {
          if (stage !== 'data') return undefined;
          const [to = ''] = envelope.to;
          const mark = [...toHold].find((each) => raw?.toString('latin1').includes(each));
          if (mark === undefined) return { code: 250, text: `2.0.0 taken for ${to}` };
          const text = await new Promise<string>((answer) => held.set(mark, answer));
          return { code: Number(text.slice(0, 3)), text: text.slice(4) };
        },
      },
    });
    user = await stack.api.user(stack.catcher.port, { role: 'admin' });
  });
  afterAll(() => stack.close());

  async function ok(asked: Promise<Answer>): Promise<Answer['body']> {
    const { status, body } = await asked;
    expect(status, JSON.stringify(body)).toBeLessThan(300);
    return body;
  }
  const post = (path: string, body: object) => ok(stack.api.request('POST', path, body, user.id));
  const idOf = (body: Answer['body']) => z.object({ id: z.string() }).parse(body).id;
  const isHeld = (mark: string) =>
    eventually(
      () => held.get(mark),
      (answer) => answer !== undefined,
    );

  /** A contact by a call whose answer is kept. */
  async function contact(fields: object): Promise<string> {
    const response = await fetch(`${stack.apiUrl}/v1/contacts`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${stack.apiKey}`,
        'content-type': 'application/json',
        'idempotency-key': JSON.stringify(fields).length.toString(),
      },
      body: JSON.stringify(fields),
    });
    return z.object({ id: z.string() }).parse(await response.json()).id;
  }

  const mail = (id: string, subject: string, html: string) => ({
    ...{ id, kind: 'automated_email', delayDays: 0 },
    email: { subject, html },
  });

  it('leaves nothing behind but what the documents name; until then all of it is in its export', async () => {
    const { firstName, lastName, externalId, property: plan } = canaries;
    const contactId = await contact({
      ...{ email: former, firstName, lastName, externalId, properties: { plan } },
      timeZone: 'Europe/London',
    });
    const earlier = { address: former, reason: 'blocked', note: canaries.formerNote };
    await post('/v1/suppressions', earlier);
    await ok(stack.api.request('PATCH', `/v1/contacts/${contactId}`, { email }, user.id));
    const list = idOf(await post('/v1/lists', { kind: 'static', name: 'Fair' }));
    await post(`/v1/lists/${list}/members`, { contacts: [{ id: contactId }] });
    const greeting = '<p>{{contact.firstName}} {{contact.plan}}</p>';
    const sequenceId = await stack.api.sequence(user.id, {
      name: 'Walked',
      steps: [
        mail('intro', 'For {{contact.lastName}}', greeting),
        {
          ...{ id: 'letter', kind: 'manual_email', title: 'Write to {{contact.firstName}}' },
          email: { subject: 'A letter', html: '<p>{{contact.firstName}}</p>' },
        },
        {
          ...{ id: 'call', kind: 'call', title: 'Call {{contact.firstName}}' },
          waitsForCompletion: false,
        },
        mail('last', 'Held back for {{contact.firstName}}', greeting),
      ],
      settings: { ...anyTime, taskReminderMinute: 0 },
    });
    await post('/v1/bulk-enrollments', {
      sequenceId,
      contacts: [{ id: contactId, overrides: { tokenValues: { 'contact.plan': canaries.bulk } } }],
    });
    toHold.add('Held back for');
    const { id } = await stack.api.enroll(user.id, {
      sequenceId,
      contact: { id: contactId },
      source: { kind: 'deal', id: canaries.deal },
      tokenValues: { 'contact.plan': canaries.token },
      steps: {
        intro: { subject: canaries.subject, html: `<p>${canaries.body} {{contact.plan}}</p>` },
        letter: { title: canaries.title },
      },
    });
    // A batch that refuses the contact, since it is enrolled.
    const batch = { sequenceId, contacts: [{ id: contactId }] };
    const bulkPath = `/v1/bulk-enrollments/${idOf(await post('/v1/bulk-enrollments', batch))}/items`;
    const items = await ok(stack.api.request('GET', bulkPath));
    const [item] = z.array(z.object({ id: z.string() })).parse(items['results']);
    const confirmed = await post(`${bulkPath}/${item?.id ?? ''}/confirm`, {});
    expect(confirmed).toMatchObject({ status: 'refused', code: 'ALREADY_ENROLLED' });
    const taskOf = async (kind: string) =>
      (await stack.api.tasks(`enrollmentId=${id}`)).find((task) => task.kind === kind);
    const pathOf = async (kind: string) => {
      const task = await eventually(
        () => taskOf(kind),
        (found) => found !== undefined,
      );
      return `/v1/tasks/${task?.id ?? ''}`;
    };
    const letterPath = await pathOf('manual_email');
    await ok(
      stack.api.request('PATCH', letterPath, { notes: `<p>${canaries.notes}</p>` }, user.id),
    );
    await post(`${letterPath}/send`, { html: `<p>${canaries.letter}</p>` });
    const answer = await isHeld('Held back for');
    await eventually(
      async () => (await readRecord(stack.db, id)).sends.get('letter')?.state,
      (state) => state === 'sent',
    );
    await eventually(
      () => stack.catcher.messages().filter(({ envelope }) => envelope.to[0] !== email).length,
      (reminders) => reminders >= 1,
    );
    const said = { outcome: 'connected', note: `<p>${canaries.noted}</p>` };
    await post(`${await pathOf('call')}/complete`, said);
    await post('/v1/events', { id: 'open', type: 'open', contact: { id: contactId } });
    const objection = { reason: 'unsubscribed_personal', note: canaries.note };
    await post('/v1/suppressions', { address: email, ...objection });

    const empty = (await unfilled(stack.db)).filter((place) => !place.startsWith('outbox'));
    expect(empty, 'fill a new column above, or list it in ofNobody').toEqual(ofNobody);
    const before = await findCanaries(stack.db, canaries);
    const expected = [...Object.keys(exportedAs), 'idempotency_keys.body'].sort();
    expect([...before.keys()].sort()).toEqual(expected);
    const exported = await ok(stack.api.request('GET', `/v1/contacts/${contactId}/export`));
    for (const [place, names] of before) {
      if (place === 'idempotency_keys.body') continue;
      const part = JSON.stringify(exported[exportedAs[place] ?? '']);
      for (const name of names) {
        const canary = z.string().parse(Reflect.get(canaries, name));
        expect(holds(part, canary), `${name} of ${place} in the export`).toBe(true);
      }
    }
    expect(exported).toMatchObject({
      ...{ lists: [{ listId: list }], opens: [{ eventId: 'open' }] },
      events: [{ id: 'open', type: 'open', contactId }],
    });
    expect(JSON.stringify(exported['log'])).toContain('contact.list_joined');

    await ok(stack.api.request('DELETE', `/v1/contacts/${contactId}`));
    expect([...(await findCanaries(stack.db, canaries)).keys()]).toEqual(runsOut);
    answer?.(`250 2.0.0 taken for ${email}`);
    await eventually(
      async () => (await readRecord(stack.db, id)).sends.get('last'),
      (send) => send?.state === 'sent' && send.settledAt !== null,
    );
    const after = await findCanaries(stack.db, canaries);
    expect([...after.keys()]).toEqual(runsOut);
    expect(after.get('send_slots.recipient_domain')).toEqual(['domain']);
    const { sends } = await readRecord(stack.db, id);
    expect(sends.size).toBe(3);
    for (const { rawSha256 } of sends.values()) expect(rawSha256).toMatch(/^[0-9a-f]{64}$/);
    // The objection is in force, is found by its address, and can be taken away.
    const again = { id: await stack.api.contact({ email }) };
    const refused = await stack.api.request(
      'POST',
      '/v1/enrollments',
      { sequenceId, contact: again },
      user.id,
    );
    expect(refused.body).toMatchObject({ code: 'UNSUBSCRIBED_PERSONAL' });
    const known = await ok(stack.api.request('GET', `/v1/suppressions?address=${email}`));
    expect(known['results']).toMatchObject([{ ...objection, address: null, note: null }]);
  });

  it.each(['automated_email', 'manual_email'])(
    'ENR-25: of a bounce of an %s that is settled after it only a digest of the address is kept',
    async (kind) => {
      const gone = { address: `canary.bounce.${kind}`, reply: 'Canaryreply' };
      const address = `${gone.address}@bounce.example`;
      const contactId = await stack.api.contact({ email: address });
      const subject = `To bounce: ${kind}`;
      const email = { subject, html: '<p>Hello</p>' };
      const sequenceId = await stack.api.sequence(user.id, {
        name: 'Bounces',
        steps: [{ id: 'only', kind, email, ...(kind === 'manual_email' && { title: 'Write' }) }],
        settings: anyTime,
      });
      toHold.add(subject);
      const wanted = { sequenceId, contact: { id: contactId } };
      const { id } = await stack.api.enroll(user.id, wanted);
      if (kind === 'manual_email') {
        const [task] = await eventually(
          () => stack.api.tasks(`enrollmentId=${id}`),
          (tasks) => tasks.length === 1,
        );
        await post(`/v1/tasks/${task?.id ?? ''}/send`, {});
      }
      const answer = await isHeld(subject);
      await ok(stack.api.request('DELETE', `/v1/contacts/${contactId}`));
      answer?.(`550 5.1.1 <${address}> ${gone.reply}`);
      await eventually(
        async () => (await readRecord(stack.db, id)).sends.get('only')?.state,
        (state) => state === 'rejected',
      );
      // What is reported later adds nothing personal: a reply stands in the history by its time alone, an open nowhere.
      const report = async (type: string) => {
        const event = { id: `${type} to ${kind}`, type, enrollmentId: id };
        return (await stack.api.request('POST', '/v1/events', event)).status;
      };
      expect([await report('reply'), await report('open')]).toEqual([200, 200]);
      const opens = eq(contactOpens.contactId, contactId);
      expect(await stack.db.$count(contactOpens, opens)).toBe(0);
      expect(await findCanaries(stack.db, gone)).toEqual(new Map());
      const again = { id: await stack.api.contact({ email: address }) };
      const anew = { sequenceId, contact: again };
      const refused = await stack.api.request('POST', '/v1/enrollments', anew, user.id);
      expect(refused.body).toMatchObject({ code: 'PREVIOUSLY_BOUNCED' });
    },
  );
});
