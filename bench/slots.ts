import { eq } from 'drizzle-orm';
import type { Db } from '../src/db/client.js';
import { lockSender } from '../src/db/queries/mailboxes.js';
import type { SlotOwner } from '../src/db/queries/send-slots.js';
import { enrollments, sendSlots } from '../src/db/schema/index.js';
import { takeSlot, type SlotRequest } from '../src/usecases/sending/slots.js';
import { minuteMs } from '../src/domain/capacity/full-spans.js';
import { defaultLimits } from '../src/domain/capacity/limits.js';
import { copyEnrollments, take } from '../test/support/slots.js';
import type { StackClient } from '../test/support/stack-client.js';
import { demoSequence } from '../src/local/demo-sequence.js';
import { figureOf, type Figure, type Round } from './support/figure.js';
import type { Ground } from './support/ground.js';
import { withApi } from './support/with-api.js';

const few = 100;
const many = 10_000;
const rounds = 9;
const perRound = 100;
const most = 1.2;

/** A mailbox on which emails wait, and one more that asks for a slot. */
interface Queue {
  readonly request: SlotRequest;
}

/** What a reservation costs with ten thousand emails waiting on the mailbox, against a hundred. */
export async function measureSlots(ground: Ground): Promise<readonly Figure[]> {
  return withApi(ground, async (client, db) => {
    const short = await queueOf(ground, client, db, few);
    const long = await queueOf(ground, client, db, many);
    const measured: Round[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      const first = await millisecondsEach(db, round % 2 === 0 ? long : short);
      const second = await millisecondsEach(db, round % 2 === 0 ? short : long);
      const [value, baseline] = round % 2 === 0 ? [first, second] : [second, first];
      // The first round only warms up.
      if (round > 0) measured.push({ value, baseline });
    }
    const about = {
      name: `slots: a reservation with ${many} waiting, against ${few}`,
      unit: 'ms',
      aim: {
        text: `at most ${most} of the cost with ${few} waiting`,
        met: ({ ratio }: { readonly ratio: number }) => ratio <= most,
      },
    };
    return [figureOf(about, measured)];
  });
}

async function queueOf(
  { smtpPort }: Ground,
  client: StackClient,
  db: Db,
  waiting: number,
): Promise<Queue> {
  const user = await client.user(smtpPort);
  const sequenceId = await client.sequence(user.id, demoSequence);
  const contact = { id: await client.contact() };
  const first = await client.enroll(user.id, { sequenceId, contact });
  const ids = await copyEnrollments(db, first.id, waiting + 2);
  const [accountId = ''] = await accountOf(db, first.id);
  const owner = { accountId, mailboxId: user.mailboxId, userId: user.id };
  const now = nextMinute(first.enrolledAt);
  await fill(db, owner, ids.slice(2), now);
  const request = (enrollmentId: string): SlotRequest => ({
    owner,
    key: { enrollmentId, stepId: 'one' },
    now,
    calendar: null,
    limits: defaultLimits,
  });
  // Whoever comes first looks at all days; those after know how far they are full.
  await take(db, request(ids[0] ?? ''));
  // As autovacuum does sooner or later.
  await db.execute('vacuum analyze send_slots');
  return { request: request(ids[1] ?? '') };
}

/** Has so many emails wait as the limits would have it: the user's day is what holds them back. */
async function fill(db: Db, owner: SlotOwner, ids: readonly string[], now: string): Promise<void> {
  const startMs = Date.parse(now);
  const slots = ids.map((enrollmentId, index) => {
    const { userPerDay, mailboxPerMinute } = defaultLimits;
    const day = Math.floor(index / userPerDay);
    const minute = Math.floor((index % userPerDay) / mailboxPerMinute);
    const at = new Date(startMs + (day * 1440 + minute) * minuteMs).toISOString();
    const place = 1 + (index % mailboxPerMinute);
    return {
      ...owner,
      enrollmentId,
      stepId: 'one',
      at,
      minute: at,
      place,
      state: 'reserved' as const,
    };
  });
  for (let from = 0; from < slots.length; from += 1000) {
    await db.insert(sendSlots).values(slots.slice(from, from + 1000));
  }
}

function nextMinute(at: string): string {
  return new Date(Math.ceil(Date.parse(at) / minuteMs) * minuteMs).toISOString();
}

async function accountOf(db: Db, enrollmentId: string): Promise<readonly string[]> {
  const rows = await db
    .select({ accountId: enrollments.accountId })
    .from(enrollments)
    .where(eq(enrollments.id, enrollmentId));
  return rows.map(({ accountId }) => accountId);
}

class Undone extends Error {}

/** The mean of a round of reservations, each undone, so that as many wait for the next; without the commit. */
async function millisecondsEach(db: Db, { request }: Queue): Promise<number> {
  const startedMs = performance.now();
  for (let index = 0; index < perRound; index += 1) {
    await db
      .transaction(async (tx) => {
        await lockSender(tx, request.owner);
        const answer = await takeSlot(tx, request);
        if (answer.kind !== 'later') throw new Error('there was room at once');
        throw new Undone();
      })
      .catch((error: unknown) => {
        if (!(error instanceof Undone)) throw error;
      });
  }
  return (performance.now() - startedMs) / perRound;
}
