import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { buildWorkflowBundle } from '../src/temporal/bundle.js';
import { createStackClient, type StackClient } from '../test/support/stack-client.js';
import { atOnce } from './support/at-once.js';
import { startChild, type Child } from './support/child.js';
import { demoSequence } from '../src/local/demo-sequence.js';
import { figureOf, type Figure } from './support/figure.js';
import type { Ground } from './support/ground.js';

const mailboxes = 200;
const perMailbox = 50;
const total = mailboxes * perMailbox;
const starts = 1_000;
const callers = 16;
const megabyte = 1024 * 1024;

const started = z.object({ url: z.string() });
const memory = z.object({ peakBytes: z.number(), residentBytes: z.number() });
const ids = z.array(z.looseObject({ id: z.string() }));

/**
 * A bulk enrollment of 50 for each of 200 mailboxes, 10,000 contacts in all: how many a second begin their run, against bare
 * starts of a workflow right before, and the most memory that API and worker have held meanwhile, against what they held idle.
 */
export async function measureBulk(ground: Ground): Promise<readonly Figure[]> {
  const directory = await mkdtemp(join(tmpdir(), 'cadenza-bench-'));
  const codePath = join(directory, 'workflows.cjs');
  await writeFile(codePath, (await buildWorkflowBundle()).code);
  const api = startChild('service-process');
  const worker = startChild('service-process');
  try {
    const question = {
      databaseUrl: ground.databaseUrl,
      temporal: ground.temporal,
      taskQueue: `bulk-${randomUUID()}`,
      encryptionKey: ground.encryptionKey.toString('base64'),
      codePath,
    };
    const { url } = await api.ask({ kind: 'api', ...question }, started);
    await worker.ask({ kind: 'worker', ...question }, started);
    const idle = [await held(api), await held(worker)] as const;
    const client = createStackClient(url, ground.apiKey);
    const drafts = await prepare(ground, client, url);
    const baseline = await bareStarts(ground);
    const value = await runAll(client, drafts);
    const peak = [await held(api), await held(worker)] as const;
    const peakOf = (name: string, at: 0 | 1): Figure =>
      figureOf({ name: `bulk: peak memory of ${name}, against idle`, unit: 'MB' }, [
        {
          value: peak[at].peakBytes / megabyte,
          baseline: idle[at].residentBytes / megabyte,
        },
      ]);
    const name = `bulk: ${total} contacts over ${mailboxes} mailboxes`;
    return [
      figureOf({ name, unit: 'starts a second' }, [{ value, baseline }]),
      peakOf('the API', 0),
      peakOf('the worker', 1),
    ];
  } finally {
    await Promise.all([api.stop(), worker.stop()]);
    await rm(directory, { recursive: true });
  }
}

function held(child: Child): Promise<z.output<typeof memory>> {
  return child.ask({ kind: 'memory' }, memory);
}

interface Draft {
  readonly id: string;
  readonly userId: string;
}

async function prepare(ground: Ground, client: StackClient, url: string): Promise<Draft[]> {
  const owner = await client.user(ground.smtpPort, { role: 'admin' });
  const sequenceId = await client.sequence(owner.id, demoSequence);
  const contactIds = await addContacts(url, ground.apiKey);
  const drafts: Draft[] = [];
  await atOnce(callers, mailboxes, async () => {
    const user = await client.user(ground.smtpPort, { role: 'admin' });
    const contacts = contactIds.splice(0, perMailbox).map((id) => ({ id }));
    const body = { sequenceId, contacts };
    const answer = await client.request('POST', '/v1/bulk-enrollments', body, user.id);
    if (answer.status !== 201) throw new Error(`a draft was answered with ${answer.status}`);
    drafts.push({ id: z.string().parse(answer.body['id']), userId: user.id });
  });
  return drafts;
}

async function addContacts(url: string, key: string): Promise<string[]> {
  const rows = Array.from({ length: total }, (_, index) =>
    JSON.stringify({ email: `${index}-${randomUUID()}@contact.example`, firstName: 'Ada' }),
  );
  const response = await fetch(`${url}/v1/contacts/bulk`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' },
    body: rows.join('\n'),
  });
  const lines = (await response.text()).trim().split('\n').slice(0, -1);
  return ids.parse(lines.map((line): unknown => JSON.parse(line))).map(({ id }) => id);
}

async function bareStarts({ client }: Ground): Promise<number> {
  const begun = performance.now();
  await atOnce(callers, starts, async () => {
    await client.workflow.start('oneTimer', {
      taskQueue: 'nobody',
      workflowId: `one-timer/${randomUUID()}`,
      args: [86_400_000],
    });
  });
  return (starts * 1000) / (performance.now() - begun);
}

/** Confirms all at once, and answers how many contacts a second were enrolled until the last one was. */
async function runAll(client: StackClient, drafts: readonly Draft[]): Promise<number> {
  const begun = performance.now();
  const waiting = [...drafts];
  await atOnce(callers, drafts.length, async () => {
    const draft = waiting.pop();
    const path = `/v1/bulk-enrollments/${draft?.id ?? ''}/confirm`;
    const { status } = await client.request('POST', path, {}, draft?.userId);
    if (status !== 202) throw new Error(`a confirmation was answered with ${status}`);
  });
  for (;;) {
    const path = '/v1/bulk-enrollments?state=running&limit=1';
    const { body } = await client.request('GET', path);
    if (z.array(z.unknown()).parse(body['results']).length === 0) break;
    await delay(250);
  }
  return (total * 1000) / (performance.now() - begun);
}
