import fc from 'fast-check';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId } from '../../../src/db/new-id.js';
import { filterSql } from '../../../src/db/queries/filter-sql.js';
import { insertSequence } from '../../../src/db/queries/sequences.js';
import { pageOfContacts, selectContactIds } from '../../../src/db/queries/selection.js';
import { companies, contacts, enrollments } from '../../../src/db/schema/index.js';
import type { PastEnrollment } from '../../../src/domain/enrollment/history.js';
import type { PropertyValue } from '../../../src/domain/property/property.js';
import { matches, type ContactFacts } from '../../../src/domain/segment/matches.js';
import { readFilter } from '../../../src/domain/segment/read-filter.js';
import { validateSequence } from '../../../src/domain/sequence/validate.js';
import { startApi, type TestApi } from '../../support/api.js';
import {
  addresses,
  dates,
  instants,
  numbers,
  propertyNames,
  randomFilter,
  texts,
  zones,
  type Ids,
} from '../../support/random-filters.js';
import { createCast, made, type Cast } from '../../support/team.js';

const now = '2026-11-22T12:00:00.000Z';
const contactCount = 120;

let api: TestApi;
let cast: Cast;
let ids: Ids;
const everyone = new Map<string, ContactFacts>();

beforeAll(async () => {
  api = await startApi();
  cast = await createCast(api);
  const companyIds = [newId(now), newId(now), newId(now)];
  ids = {
    users: [cast.owner.id, cast.stranger.id],
    companies: companyIds,
    sequences: [await sequence(), await sequence()],
  };
  const { ids: mailboxIds } = await cast.account.request(
    'GET',
    `/v1/mailboxes?userId=${cast.owner.id}`,
  );
  const people = fc.sample(person(), { numRuns: contactCount, seed: 7 });
  const organisations = fc.sample(organisation, { numRuns: companyIds.length, seed: 7 });
  await api.db.insert(companies).values(
    organisations.map((one, index) => ({
      ...one,
      accountId: cast.accountId,
      id: companyIds[index] ?? '',
      externalId: one.externalId === null ? null : `${one.externalId}${index}`,
    })),
  );
  for (const [index, { history, ...one }] of people.entries()) {
    const id = newId(now);
    const emailNormalized = one.email === null ? null : `${index}${one.email}`;
    const email = index < addresses.length ? (addresses[index] ?? null) : emailNormalized;
    const externalId = one.externalId === null ? null : `${one.externalId}${index}`;
    const own = { ...one, email, externalId };
    await api.db
      .insert(contacts)
      .values({ ...own, id, accountId: cast.accountId, emailNormalized: email });
    const past = oneLive(history).map((each) => ({ ...each, id: newId(now) }));
    if (past.length > 0) {
      await api.db.insert(enrollments).values(
        past.map((each) => ({
          ...each,
          accountId: cast.accountId,
          contactId: id,
          sequenceVersion: 1,
          mailboxId: mailboxIds[0] ?? '',
          senderId: cast.owner.id,
          enrolledById: cast.owner.id,
          taskAssigneeId: cast.owner.id,
          timeZone: 'UTC',
          source: 'test',
          why: [],
          eventCount: 0,
          changedAt: each.enrolledAt,
        })),
      );
    }
    const place = companyIds.indexOf(one.companyId ?? '');
    const employer = organisations[place];
    const company =
      employer === undefined
        ? null
        : {
            ...employer,
            externalId: employer.externalId === null ? null : `${employer.externalId}${place}`,
          };
    everyone.set(id, { contact: own, company, enrollments: past });
  }
});
afterAll(() => api.close());

async function sequence(): Promise<string> {
  const draft = {
    name: 'S',
    steps: [{ kind: 'call', title: 'Call' } as const],
    settings: {},
  };
  const verdict = validateSequence(draft, { capabilities: [] });
  if (!verdict.ok) throw new Error('the draft is a good one');
  const id = newId(now);
  const { definition } = verdict;
  const row = { id, name: 'S', ownerId: cast.owner.id, folderId: null, definition, createdAt: now };
  await api.db.transaction((tx) => insertSequence(tx, cast.accountId, row));
  return id;
}

const or = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null, freq: 3 });
const line = fc.constantFrom(...texts.filter((text) => text !== ''));
const value = fc.constantFrom<PropertyValue>(...texts, ...numbers, ...dates, true, false);
const properties = fc.dictionary(fc.constantFrom(...propertyNames), value, {
  maxKeys: 2,
  noNullPrototype: true,
});
const at = fc.constantFrom(...instants);

const organisation = fc.record({
  externalId: or(line),
  name: line,
  domain: or(fc.constant('acme.example')),
  createdAt: at,
  updatedAt: at,
  properties,
});

const past = () =>
  fc.record({
    sequenceId: fc.constantFrom(...ids.sequences),
    state: fc.constantFrom('active', 'finished', 'unenrolled', 'errored'),
    reason: or(fc.constantFrom('replied', 'all_steps', 'manual')),
    enrolledAt: at,
    endedAt: at,
  });

const person = () =>
  fc.record({
    externalId: or(line),
    email: or(fc.constantFrom(...addresses)),
    firstName: or(line),
    lastName: or(line),
    timeZone: or(fc.constantFrom(...zones)),
    ownerId: or(fc.constantFrom(...ids.users)),
    companyId: or(fc.constantFrom(...ids.companies)),
    createdAt: at,
    updatedAt: at,
    properties,
    history: fc.array(past(), { maxLength: 4 }),
  });

/** As the unique index has it: of those that have not ended, the first. */
function oneLive(
  history: readonly Omit<PastEnrollment, 'id'>[],
): readonly Omit<PastEnrollment, 'id'>[] {
  const first = history.find(({ state }) => state === 'active');
  return history
    .filter((each) => each.state !== 'active' || each === first)
    .map((each) => ({ ...each, endedAt: each.state === 'active' ? null : each.endedAt }));
}

it('SEQ-25: a filter means the same contacts in SQL as in code, whatever it is', async () => {
  await fc.assert(
    fc.asyncProperty(randomFilter(ids), async (json) => {
      const reading = readFilter(json);
      if (!reading.ok) throw new Error(JSON.stringify(reading.problems));
      const { filter } = reading;
      const wanted = [...everyone]
        .filter(([, facts]) => matches(filter, facts, now))
        .map(([id]) => id);
      const found = await api.db.transaction(async (tx) => {
        const where = filterSql(tx, cast.accountId, filter, { now, viewer: null });
        return pageOfContacts(tx, cast.accountId, where, { limit: 1000, after: undefined });
      });
      expect(found.map(({ id }) => id)).toEqual(wanted.sort());
    }),
    { numRuns: 500 },
  );
});

it('SEQ-25: a filter on the company, the address or the history is found by an index among 10,000', async () => {
  const { accountId } = await api.createCaller();
  const companyId = newId(now);
  await api.db.insert(companies).values({
    accountId,
    id: companyId,
    name: 'C',
    properties: {},
    createdAt: now,
    updatedAt: now,
  });
  await api.db.execute(sql`insert into contacts
    (account_id, id, email, email_normalized, company_id, properties, created_at, updated_at)
    select ${accountId}::uuid, gen_random_uuid(), n || '@x.example', n || '@x.example',
      case when n % 1000 = 0 then ${companyId}::uuid end, '{"n": 1}', now(), now()
    from generate_series(1, 10000) n`);
  await api.db.execute(sql`analyze contacts`);
  const plan = async (json: unknown): Promise<string> => {
    const reading = readFilter(json);
    if (!reading.ok) throw new Error(JSON.stringify(reading.problems));
    return api.db.transaction(async (tx) => {
      const where = filterSql(tx, accountId, reading.filter, { now, viewer: null });
      const { rows } =
        await tx.execute(sql`explain (analyze, timing off) select contacts.id from contacts
        left join companies on companies.account_id = contacts.account_id and companies.id = contacts.company_id
        where contacts.account_id = ${accountId} and contacts.deleted_at is null and ${where}`);
      return rows.map((row) => String(row['QUERY PLAN'])).join('\n');
    });
  };
  expect(await plan({ field: 'contact.companyId', operator: 'eq', value: companyId })).toContain(
    'contacts_company',
  );
  const address = { field: 'contact.email', operator: 'in', value: ['7@x.example', '8@x.example'] };
  expect(await plan(address)).toContain('contacts_email');
  const history = await plan({ everEnrolled: { sequenceId: ids.sequences[0] } });
  expect(history).toMatch(/enrollments_by_(contact|sequence)/);
  // What no index helps with still ends: each row once, without a look at others.
  const rest = await plan({ field: 'contact.properties.n', operator: 'gt', value: 0 });
  expect(rest).toMatch(/rows=10000 /);
});

it('BLK-02 ENR-10: selects from ids, a list, a filter or a company, in a stable order, and says when there are more', async () => {
  const caller = await createCast(api);
  const { accountId, account } = caller;
  const company = await made(account.request('POST', '/v1/companies', { name: 'Acme' }));
  const all: string[] = [];
  for (let n = 0; n < 5; n += 1) {
    const body = { firstName: `N${n}`, ...(n < 3 && { companyId: company.id }) };
    all.push((await made(account.request('POST', '/v1/contacts', body))).id);
  }
  const filter = { field: 'contact.firstName', operator: 'startsWith', value: 'n' } as const;
  const list = await made(account.request('POST', '/v1/lists', { kind: 'static', name: 'L' }));
  const members = { contacts: [4, 1].map((n) => ({ id: all[n] })) };
  await made(account.request('POST', `/v1/lists/${list.id}/members`, members));
  const select = (selection: Parameters<typeof selectContactIds>[2], limit: number) =>
    api.db.transaction((tx) =>
      selectContactIds(tx, accountId, selection, { now, viewer: null, limit }),
    );
  const taken = (contactIds: readonly (string | undefined)[], more = false) => ({
    kind: 'selected',
    contactIds,
    more,
    unknown: [],
  });
  expect(await select({ filter }, 5)).toEqual(taken(all));
  expect(await select({ filter }, 4)).toEqual(taken(all.slice(0, 4), true));
  expect(await select({ companyId: company.id }, 9)).toEqual(taken(all.slice(0, 3)));
  expect(await select({ companyId: company.id }, 2)).toEqual(taken(all.slice(0, 2), true));
  expect(await select({ listId: list.id }, 9)).toEqual(taken([all[1], all[4]]));
  const named = [all[3] ?? '', (all[0] ?? '').toUpperCase(), all[3] ?? ''];
  expect(await select({ contactIds: named }, 2)).toEqual(taken([all[3], all[0]]));
  expect(await select({ contactIds: named }, 1)).toEqual(taken([all[3]], true));
  await made(account.request('DELETE', `/v1/contacts/${all[1]}`, {}));
  expect(await select({ listId: list.id }, 9)).toEqual(taken([all[4]]));
  expect(await select({ companyId: company.id }, 9)).toEqual(taken([all[0], all[2]]));
  expect(await select({ contactIds: [all[0] ?? '', all[1] ?? ''] }, 9)).toEqual({
    ...taken([all[0]]),
    unknown: [1],
  });
  const nobody = newId(now);
  expect(await select({ listId: nobody }, 9)).toEqual({ kind: 'unknown', noun: 'list' });
  expect(await select({ companyId: nobody }, 9)).toEqual({ kind: 'unknown', noun: 'company' });
});
