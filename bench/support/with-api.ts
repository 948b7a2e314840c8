import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { openDatabase, type Db } from '../../src/db/client.js';
import { createStackClient, type StackClient } from '../../test/support/stack-client.js';
import { startChild } from './child.js';
import type { Ground } from './ground.js';

/** Measures with an API in a process of its own and one connection to its database, and ends both whatever happens. */
export async function withApi<T>(
  ground: Ground,
  measure: (client: StackClient, db: Db) => Promise<T>,
): Promise<T> {
  const api = startChild('api-process');
  const database = openDatabase({
    url: ground.databaseUrl,
    maxConnections: 1,
    onConnectionError: () => undefined,
  });
  try {
    const { url } = await api.ask(
      {
        databaseUrl: ground.databaseUrl,
        temporal: ground.temporal,
        taskQueue: `bench-${randomUUID()}`,
        encryptionKey: ground.encryptionKey.toString('base64'),
      },
      z.object({ url: z.string() }),
    );
    return await measure(createStackClient(url, ground.apiKey), database.db);
  } finally {
    await database.close();
    await api.stop();
  }
}
