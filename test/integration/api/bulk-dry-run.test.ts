import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dryRunPage } from '../../../src/api/shapes/bulk-enrollment.js';
import { startApi, type ApiAnswer, type TestApi } from '../../support/api.js';
import { createBulkTools, sendMinutes, type BulkTools } from '../../support/bulk.js';
import { anyTime, emailStep } from '../../support/sequences.js';
import { createCast, made, type Cast, type TestUser } from '../../support/team.js';

let api: TestApi;
let cast: Cast;
let robin: TestUser;
let tools: BulkTools;
beforeAll(async () => {
  api = await startApi();
  cast = await createCast(api);
  robin = await cast.user({ permissions: ['sequences', 'bulk_enroll'] });
  tools = createBulkTools(cast, robin);
});
afterAll(() => api.close());

const total = async () => (await robin.request('GET', '/v1/bulk-enrollments?limit=100')).ids.length;

const statusesOf = ({ body }: ApiAnswer) =>
  dryRunPage.parse(body).results.map(({ status, code }) => [status, code]);

describe('a dry run of a bulk enrollment', () => {
  it('BLK-10 BLK-13 LIM-07: says of each contact what confirming would, and keeps nothing', async () => {
    const steps = [emailStep('one', 0)];
    const subject = 'About {{company.name}}';
    const named = { ...steps[0], email: { subject, html: '<p>Hello</p>' } };
    const everyone = { everyone: 'use' };
    const open = await tools.sequence({
      name: 'Needs a company',
      steps: [named],
      sharing: everyone,
    });
    const { id: companyId } = await made(cast.request('POST', '/v1/companies', { name: 'Acme' }));
    const fine = await tools.contacts(5, { companyId });
    const [lacking = ''] = await tools.contacts(1);
    const { id: silent } = await made(
      cast.request('POST', '/v1/contacts', { externalId: randomUUID(), firstName: 'Nomail' }),
    );
    const draft = await tools.draft([lacking, silent, ...fine], { sequenceId: open });
    const answer = await made(tools.post(`${draft.id}/dry-run`));
    const results = answer.body['results'];
    expect(results).toMatchObject([
      {
        status: 'refused',
        code: 'MISSING_TOKENS',
        missingTokens: [{ stepId: 'one', field: 'subject', token: 'company.name' }],
      },
      { status: 'refused', code: 'NO_EMAIL', firstSendAt: null },
      ...fine.map((contactId) => ({ status: 'eligible', contactId, code: null })),
    ]);
    const confirming = await made(tools.post(`${draft.id}/confirm?dryRun=true`, {}, '"1"'));
    expect(confirming).toMatchObject({ status: 200, body: { version: 1 } });
    expect(statusesOf(confirming)).toEqual(statusesOf(answer));
    // Not saved at all, and told alike but for the ids that there are not.
    const contacts = [lacking, silent, ...fine].map((id) => ({ id }));
    const unsaved = await made(
      robin.request('POST', '/v1/bulk-enrollments?dryRun=true', { sequenceId: open, contacts }),
    );
    expect(unsaved).toMatchObject({ status: 200, body: { paging: { next: null } } });
    expect(unsaved.body['results']).toMatchObject(
      (await tools.items(draft.id)).map(({ contactId }) => ({ id: null, contactId })),
    );
    expect(statusesOf(unsaved)).toEqual(statusesOf(answer));
    expect((await robin.request('GET', `/v1/bulk-enrollments?sequenceId=${open}`)).ids).toEqual([
      draft.id,
    ]);
    const minutes = sendMinutes(results);
    expect(Math.max(...minutes.values())).toBe(3);
    expect(await tools.show(draft.id)).toEqual(draft);
    expect((await tools.items(draft.id)).map(({ status }) => status)).toEqual(
      Array.from({ length: 7 }, () => 'pending'),
    );
    expect((await robin.request('GET', `/v1/enrollments?sequenceId=${open}`)).ids).toEqual([]);
  });

  it('2.6: tells the planned date of every step, in pages, from the slot that the pace gives', async () => {
    const steps = [emailStep('one', 0), emailStep('two', 2)];
    const sharing = { everyone: 'use' };
    const settings = { ...anyTime, eligibleFollowUpDays: 'EVERYDAY' };
    const sequenceId = await tools.sequence({ name: 'Two mails', steps, sharing, settings });
    const { id } = await tools.draft(await tools.contacts(5), { sequenceId });
    const dayMs = 24 * 3_600_000;
    const ask = async (rest: string) =>
      dryRunPage.parse((await made(tools.post(`${id}/confirm?dryRun=true${rest}`))).body);
    const first = await ask('&limit=3');
    const second = await ask(`&limit=3&after=${first.paging.next?.after ?? ''}`);
    expect([first.results.length, second.results.length]).toEqual([3, 2]);
    expect(second.paging.next).toBeNull();
    const wanted = new Set<number>();
    for (const { firstSendAt, steps: played } of (await ask('')).results) {
      const [sent = 0, next = 0] = played.map(({ plannedAt }) => Date.parse(plannedAt ?? ''));
      expect(sent).toBe(Date.parse(firstSendAt ?? ''));
      // The pace moves the first email alone: the second is wanted at the time of day of the enrolling.
      expect(next - sent).toBeGreaterThan(2 * dayMs - 10 * 60_000);
      expect(next - sent).toBeLessThan(3 * dayMs);
      wanted.add(next % dayMs);
    }
    expect(wanted.size).toBe(1);
    await made(robin.request('POST', `/v1/sequences/${sequenceId}/pause`, {}));
    const held = await ask('');
    expect(held.pauses).toMatchObject([{ scope: 'user', userId: robin.id }]);
    expect(held.results.flatMap((item) => item.steps)).toHaveLength(10);
    for (const item of held.results) {
      expect(item.steps.map(({ assumesResuming }) => assumesResuming)).toEqual([true, true]);
    }
    const forgotten = await tools.post(`${id}/confirm?limit=3`);
    expect(forgotten).toMatchObject({ status: 422, pointers: ['/dryRun'] });
    expect((await tools.show(id)).state).toBe('draft');
  });

  it('BULK_EMPTY BLK-01: is refused as the call itself would be', async () => {
    const empty = await tools.draft([]);
    const { sequenceId } = empty;
    expect((await tools.post(`${empty.id}/confirm?dryRun=true`)).code).toBe('BULK_EMPTY');
    expect((await tools.post(`${empty.id}/confirm?dryRun=true`, {}, '"2"')).status).toBe(412);
    const before = await total();
    const tried = (by: TestUser, body: object) =>
      by.request('POST', '/v1/bulk-enrollments?dryRun=true', { sequenceId, ...body });
    expect((await tried(robin, {})).code).toBe('BULK_EMPTY');
    const contacts = [{ id: randomUUID() }];
    expect((await tried(robin, { contacts })).body).toMatchObject({
      results: [],
      unknownContacts: [{ index: 0, pointer: '/contacts/0', code: 'NOT_FOUND' }],
    });
    expect((await tried(await cast.user(), { contacts })).code).toBe('FORBIDDEN_PERMISSION');
    expect(await total()).toBe(before);
  });

  it('BLK-10: refuses a contact with which something goes wrong as the run would, and goes on', async () => {
    const [one = '', poisoned = '', two = ''] = await tools.contacts(3);
    const { id } = await tools.draft([one, poisoned, two]);
    await api.db.execute(
      sql.raw(
        `alter table enrollments add constraint spoilt check (contact_id <> '${poisoned}') not valid`,
      ),
    );
    const answer = await made(tools.post(`${id}/confirm?dryRun=true`));
    expect(statusesOf(answer)).toEqual([
      ['eligible', null],
      ['refused', 'INTERNAL'],
      ['eligible', null],
    ]);
    await api.db.execute(sql.raw('alter table enrollments drop constraint spoilt'));
  });
});
