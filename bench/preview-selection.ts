import { eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Db } from '../src/db/client.js';
import { contacts } from '../src/db/schema/index.js';
import type { StackClient } from '../test/support/stack-client.js';
import { demoSequence } from '../src/local/demo-sequence.js';
import { figureOf, type Figure, type Round } from './support/figure.js';
import type { Ground } from './support/ground.js';
import { withApi } from './support/with-api.js';

const selected = 2_000;
const perPage = 100;
const rounds = 3;
/** So that 10,000 contacts take less than 20 seconds. */
const mostMs = 2;

const pageOf = z.object({
  eligible: z.int(),
  paging: z.object({ next: z.object({ after: z.string() }).nullable() }),
});

/**
 * What a preview of a selection costs a contact, over HTTP and page by page: each is judged and played through, and nothing is
 * written. Against reading their rows and nothing more.
 */
export async function measurePreviewSelection(ground: Ground): Promise<readonly Figure[]> {
  return withApi(ground, async (client, db) => {
    const user = await client.user(ground.smtpPort);
    const sequenceId = await client.sequence(user.id, demoSequence);
    const companyId = await makeContacts(client, db);
    const measured: Round[] = [];
    for (let round = -1; round < rounds; round += 1) {
      const baseline = await msEach(() => readRows(db, companyId));
      const value = await msEach(() => preview(client, user.id, { sequenceId, companyId }));
      // The first warms up.
      if (round >= 0) measured.push({ value, baseline });
    }
    const about = {
      name: `preview: a selection of ${selected.toLocaleString('en-US')} contacts, over HTTP`,
      unit: 'ms/contact',
      aim: {
        text: `under ${mostMs} ms a contact`,
        met: ({ value }: Round) => value < mostMs,
      },
    };
    return [figureOf(about, measured)];
  });
}

/** Contacts of one company, in zones of their own. */
async function makeContacts(client: StackClient, db: Db): Promise<string> {
  const companyId = await client.company('Acme');
  const id = await client.contact({ companyId });
  await db.execute(sql`
    insert into contacts
    select (jsonb_populate_record(original, jsonb_build_object(
      'id', clone.id, 'external_id', null, 'email', clone.id || '@clone.example',
      'email_normalized', clone.id || '@clone.example'))).*
    from (select gen_random_uuid() as id from generate_series(2, ${selected}::integer)) clone,
      contacts original
    where original.id = ${id}`);
  return companyId;
}

async function preview(
  client: StackClient,
  user: string,
  { sequenceId, companyId }: { readonly sequenceId: string; readonly companyId: string },
): Promise<void> {
  const asked = { sequenceId, selection: { companyId }, limit: perPage };
  let eligible = 0;
  let after: string | undefined;
  do {
    const body = { ...asked, ...(after !== undefined && { after }) };
    const answer = await client.request('POST', '/v1/enrollments/preview', body, user);
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
    const page = pageOf.parse(answer.body);
    eligible += page.eligible;
    after = page.paging.next?.after;
  } while (after !== undefined);
  if (eligible !== selected) throw new Error(`${eligible} could be enrolled`);
}

async function readRows(db: Db, companyId: string): Promise<void> {
  const rows = await db.select().from(contacts).where(eq(contacts.companyId, companyId));
  if (rows.length !== selected) throw new Error(`${rows.length} rows`);
}

async function msEach(act: () => Promise<void>): Promise<number> {
  const startedMs = performance.now();
  await act();
  return (performance.now() - startedMs) / selected;
}
