import type { Db } from './client.js';
import { onlyRow } from './queries/only-row.js';
import { installation } from './schema/index.js';

/** Says which installation a database is. Postgres is asked once. */
export function createInstallationId(db: Db): () => Promise<string> {
  let asked: Promise<string> | undefined;
  const ask = async (): Promise<string> =>
    onlyRow(await db.select({ id: installation.id }).from(installation)).id;
  return () => {
    asked ??= ask().catch((error: unknown) => {
      asked = undefined;
      throw error;
    });
    return asked;
  };
}
