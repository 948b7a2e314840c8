import { Agent, request } from 'node:http';
import { desc } from 'drizzle-orm';
import { z } from 'zod';
import { openDatabase } from '../src/db/client.js';
import { enrollments } from '../src/db/schema/index.js';
import { demoSequence } from '../src/local/demo-sequence.js';
import { cloneEnrollment } from '../test/support/clones.js';
import { createStackClient } from '../test/support/stack-client.js';
import { atOnce } from './support/at-once.js';
import { startChild } from './support/child.js';
import { figureOf, type Figure, type Round } from './support/figure.js';
import type { Ground } from './support/ground.js';

const rounds = 7;
const perRound = 300;
const concurrency = 16;
const page = 100;
const listed = 5_000;

/**
 * How many pages of a hundred enrollments the API gives in a second, against plain selects of the same rows by the same number
 * of callers over as many connections. It needs nothing but what earlier commits have too, so that a copy of this file there
 * says what was before.
 */
export async function measureList(ground: Ground): Promise<readonly Figure[]> {
  const api = startChild('api-process');
  const database = openDatabase({
    url: ground.databaseUrl,
    maxConnections: 10,
    onConnectionError: () => undefined,
  });
  const { db } = database;
  try {
    const { url } = await api.ask(
      {
        databaseUrl: ground.databaseUrl,
        temporal: ground.temporal,
        taskQueue: 'list',
        encryptionKey: ground.encryptionKey.toString('base64'),
      },
      z.object({ url: z.string() }),
    );
    const client = createStackClient(url, ground.apiKey);
    const user = await client.user(ground.smtpPort);
    const sequenceId = await client.sequence(user.id, demoSequence);
    const { id } = await client.enroll(user.id, {
      sequenceId,
      contact: { id: await client.contact() },
    });
    await cloneEnrollment(db, id, listed - 1);
    const headers = { authorization: `Bearer ${ground.apiKey}`, 'cadenza-user': user.id };
    const calls = async (): Promise<number> => {
      // A round's own: the API closes connections that lie idle through the next round.
      const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
      const rate = await ratePerSecond(() =>
        get(agent, `${url}/v1/enrollments?limit=${page}`, headers),
      );
      agent.destroy();
      return rate;
    };
    const selects = (): Promise<number> =>
      ratePerSecond(async () => {
        const rows = await db
          .select()
          .from(enrollments)
          .orderBy(desc(enrollments.accountId), desc(enrollments.changedAt), desc(enrollments.id))
          .limit(page);
        if (rows.length !== page) throw new Error(`${rows.length} rows`);
      });
    const measured: Round[] = [];
    for (let round = -1; round < rounds; round += 1) {
      const baselineFirst = round % 2 === 0 ? undefined : await selects();
      const value = await calls();
      const baseline = baselineFirst ?? (await selects());
      // The first warms up.
      if (round >= 0) measured.push({ value, baseline });
    }
    const about = { name: `list: GET /v1/enrollments?limit=${page}`, unit: 'per second' };
    return [figureOf(about, measured)];
  } finally {
    await database.close();
    await api.stop();
  }
}

async function ratePerSecond(act: () => Promise<void>): Promise<number> {
  const startedMs = performance.now();
  await atOnce(concurrency, perRound, act);
  return (perRound * 1000) / (performance.now() - startedMs);
}

/** A GET over a connection that is kept; reads the answer to its end. */
function get(agent: Agent, url: string, headers: Record<string, string>): Promise<void> {
  return new Promise((resolve, reject) => {
    const call = request(url, { agent, headers }, (response) => {
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`a page was answered with ${response.statusCode}`));
      });
      response.resume();
    });
    call.on('error', reject);
    call.end();
  });
}
