import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTemporalServer, type LocalTemporal } from '../../../src/local/temporal-server.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cadenza-local-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function withClient<T>(server: LocalTemporal, use: (client: Client) => Promise<T>) {
  const connection = await Connection.connect({ address: server.address });
  try {
    return await use(new Client({ connection, namespace: server.namespace }));
  } finally {
    await connection.close();
  }
}

test('workflows outlive the server, and a later start adds search attributes', async () => {
  const options = { dbFile: join(directory, 'temporal', 'dev.db'), timeSkipping: false };
  const accountId = { name: 'AccountId', type: 'KEYWORD' } as const;
  const step = { name: 'CurrentStep', type: 'INT' } as const;

  const first = await startTemporalServer({ ...options, searchAttributes: [accountId], uiPort: 0 });
  await withClient(first, (client) =>
    client.workflow.start('enrollment', { workflowId: 'kept', taskQueue: 'nobody-listens' }),
  );
  const ui = await fetch(`${first.uiUrl ?? ''}/namespaces/default/workflows`);
  expect(ui.status).toBe(200);
  await first.stop();

  const second = await startTemporalServer({ ...options, searchAttributes: [accountId, step] });
  expect(second.uiUrl).toBeUndefined();
  await withClient(second, async (client) => {
    const kept = await client.workflow.getHandle('kept').describe();
    expect(kept.status.name).toBe('RUNNING');
    const { customAttributes } = await client.connection.operatorService.listSearchAttributes({
      namespace: second.namespace,
    });
    expect(Object.keys(customAttributes).sort()).toEqual(['AccountId', 'CurrentStep']);
  });
  await second.stop();
});

test('a port that is taken is refused', async () => {
  const server = await startTemporalServer({ timeSkipping: false, searchAttributes: [] });
  const port = Number(server.address.split(':')[1]);
  await expect(
    startTemporalServer({ timeSkipping: false, searchAttributes: [], port }),
  ).rejects.toThrow(`Port ${port}`);
  await server.stop();
});
