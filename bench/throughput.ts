import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { z } from 'zod';
import { createStackClient } from '../test/support/stack-client.js';
import { atOnce } from './support/at-once.js';
import { startChild } from './support/child.js';
import { demoSequence } from '../src/local/demo-sequence.js';
import { readEventLoop } from './support/event-loop.js';
import { figureOf, type Figure, type Round } from './support/figure.js';
import type { Ground } from './support/ground.js';

const rounds = 7;
const perRound = 250;
const concurrency = 16;
const least = 0.5;
const delayName = 'throughput: event loop delay of the API';

/**
 * How many enrollments a second the API takes, against bare starts of a workflow by the same number of callers. No worker
 * runs: both measure the way in.
 */
export async function measureThroughput(ground: Ground): Promise<readonly Figure[]> {
  const api = startChild('api-process');
  try {
    const { url } = await api.ask(
      {
        databaseUrl: ground.databaseUrl,
        temporal: ground.temporal,
        taskQueue: `throughput-${randomUUID()}`,
        encryptionKey: ground.encryptionKey.toString('base64'),
      },
      z.object({ url: z.string() }),
    );
    const client = createStackClient(url, ground.apiKey);
    const user = await client.user(ground.smtpPort);
    const sequenceId = await client.sequence(user.id, demoSequence);
    const enroll = async (agent: Agent, contactId: string | undefined): Promise<void> => {
      const status = await post(agent, `${url}/v1/enrollments`, {
        headers: { authorization: `Bearer ${ground.apiKey}`, 'cadenza-user': user.id },
        body: { sequenceId, contact: { id: contactId } },
      });
      if (status !== 201) throw new Error(`an enrollment was answered with ${status}`);
    };
    const enrollments = async (count: number): Promise<number> => {
      const contacts: string[] = [];
      await atOnce(concurrency, count, async () => void contacts.push(await client.contact()));
      // A round's own: the API closes connections that lie idle through the next round.
      const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
      const rate = await ratePerSecond(count, () => enroll(agent, contacts.pop()));
      agent.destroy();
      return rate;
    };
    const starts = (count: number) => ratePerSecond(count, () => startOneTimer(ground));
    await enrollments(perRound);
    await starts(perRound);
    const measured: Round[] = [];
    for (let round = 0; round < rounds; round += 1) {
      measured.push(
        await inTurns(
          round,
          () => enrollments(perRound),
          () => starts(perRound),
        ),
      );
    }
    const about = {
      name: 'throughput: POST /v1/enrollments',
      unit: 'per second',
      aim: {
        text: `at least ${least} of bare starts`,
        met: ({ ratio }: { readonly ratio: number }) => ratio >= least,
      },
    };
    const { p50, p99, max } = await readEventLoop(client);
    const usual = Math.max(1, p50);
    return [
      figureOf(about, measured),
      figureOf({ name: `${delayName}: p99 against p50`, unit: 'ms' }, [
        { value: p99, baseline: usual },
      ]),
      figureOf({ name: `${delayName}: max against p50`, unit: 'ms' }, [
        { value: max, baseline: usual },
      ]),
    ];
  } finally {
    await api.stop();
  }
}

/** One round, in which the value comes first and the baseline second, or the other way round. */
async function inTurns(
  round: number,
  measure: () => Promise<number>,
  measureBaseline: () => Promise<number>,
): Promise<Round> {
  if (round % 2 === 0) {
    const value = await measure();
    return { value, baseline: await measureBaseline() };
  }
  const baseline = await measureBaseline();
  return { value: await measure(), baseline };
}

async function startOneTimer({ client }: Ground): Promise<void> {
  await client.workflow.start('oneTimer', {
    taskQueue: 'nobody',
    workflowId: `one-timer/${randomUUID()}`,
    args: [86_400_000],
  });
}

async function ratePerSecond(count: number, act: () => Promise<void>): Promise<number> {
  const startedMs = performance.now();
  await atOnce(concurrency, count, act);
  return (count * 1000) / (performance.now() - startedMs);
}

/** A POST over a connection that is kept, with an Idempotency-Key of its own; reads the answer to its end. */
function post(
  agent: Agent,
  url: string,
  { headers, body }: { readonly headers: Record<string, string>; readonly body: object },
): Promise<number> {
  const payload = JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const call = request(
      url,
      {
        agent,
        method: 'POST',
        headers: {
          ...headers,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(payload),
          'idempotency-key': randomUUID(),
        },
      },
      (response) => {
        response.on('error', reject);
        response.on('end', () => {
          resolve(response.statusCode ?? 0);
        });
        response.resume();
      },
    );
    call.on('error', reject);
    call.end(payload);
  });
}
