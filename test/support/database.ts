import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { createDatabase, dropDatabase, withDatabase } from '../../src/local/databases.js';

export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** A database of the caller's own, with this release's schema and nothing in it. One for each test file. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const serverUrl = inject('postgresUrl');
  const name = `test_${randomBytes(8).toString('hex')}`;
  await createDatabase(serverUrl, name, inject('templateDatabase'));
  return {
    url: withDatabase(serverUrl, name),
    drop: () => dropDatabase(serverUrl, name),
  };
}
