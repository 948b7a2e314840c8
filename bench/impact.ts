import { and, asc, eq, gt } from 'drizzle-orm';
import { z } from 'zod';
import type { Db } from '../src/db/client.js';
import { enrollments } from '../src/db/schema/index.js';
import { cloneEnrollment } from '../test/support/clones.js';
import type { StackClient } from '../test/support/stack-client.js';
import { demoSequence } from '../src/local/demo-sequence.js';
import { figureOf, type Figure, type Round } from './support/figure.js';
import type { Ground } from './support/ground.js';
import { withApi } from './support/with-api.js';

const waiting = 10_000;
const rounds = 7;
const perPage = 500;
const most = 5;
/** How far apart the enrollments stand, so that no two have the same dates. */
const apartMs = 61_001;

const impactOf = z.object({ enrollments: z.int(), later: z.int() });

/**
 * What an impact preview costs over 10,000 waiting enrollments, over HTTP, against reading their rows and nothing more. Every
 * one of them gets another date, so each is planned by both versions.
 */
export async function measureImpact(ground: Ground): Promise<readonly Figure[]> {
  return withApi(ground, async (client, db) => {
    const { sequenceId, draft } = await prepare(client, db, ground.smtpPort);
    const measured: Round[] = [];
    for (let round = -1; round < rounds; round += 1) {
      const baseline = await timed(() => readRows(db, sequenceId));
      const value = await timed(() => preview(client, sequenceId, draft));
      // The first warms up.
      if (round >= 0) measured.push({ value, baseline });
    }
    const about = {
      name: `impact: preview over ${waiting.toLocaleString('en-US')} enrollments`,
      unit: 'ms',
      aim: {
        text: `under ${most} times reading their rows`,
        met: ({ ratio }: { readonly ratio: number }) => ratio < most,
      },
    };
    return [figureOf(about, measured)];
  });
}

/** Enrollments that wait for the second step, and a draft that delays it by a day more. */
async function prepare(
  client: StackClient,
  db: Db,
  smtpPort: number,
): Promise<{ readonly sequenceId: string; readonly draft: object }> {
  const user = await client.user(smtpPort);
  const sequenceId = await client.sequence(user.id, demoSequence);
  const contact = { id: await client.contact() };
  const { id } = await client.enroll(user.id, { sequenceId, contact });
  // As if the first mail had been sent: no worker runs here.
  await client.request('POST', `/v1/enrollments/${id}/skip-step`, {}, user.id);
  await cloneEnrollment(db, id, waiting - 1, apartMs);
  const steps = demoSequence.steps.map((step) =>
    step.id === 'follow-up' ? { ...step, delayDays: 4 } : step,
  );
  return { sequenceId, draft: { ...demoSequence, steps } };
}

async function preview(client: StackClient, sequenceId: string, draft: object): Promise<void> {
  const path = `/v1/sequences/${sequenceId}/impact`;
  const { body } = await client.request('POST', path, draft);
  const { enrollments: total, later } = impactOf.parse(body);
  if (total !== waiting || later !== waiting) throw new Error(JSON.stringify(body));
}

async function readRows(db: Db, sequenceId: string): Promise<void> {
  let after = '00000000-0000-0000-0000-000000000000';
  let read = 0;
  for (;;) {
    const rows = await db
      .select()
      .from(enrollments)
      .where(and(eq(enrollments.sequenceId, sequenceId), gt(enrollments.id, after)))
      .orderBy(asc(enrollments.id))
      .limit(perPage);
    read += rows.length;
    const last = rows.at(-1);
    if (last === undefined) break;
    after = last.id;
  }
  if (read !== waiting) throw new Error(`${read} rows`);
}

async function timed(act: () => Promise<void>): Promise<number> {
  const startedMs = performance.now();
  await act();
  return performance.now() - startedMs;
}
