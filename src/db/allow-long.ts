import { sql } from 'drizzle-orm';
import { longMark } from './bounds.js';
import type { Tx } from './client.js';

/**
 * Gives a transaction the bounds of long ones until it ends. For what works through as many rows as an account has: its
 * statements take long, and it waits for many others.
 */
export async function allowLong(tx: Tx): Promise<void> {
  await tx.execute(sql.raw(longMark));
}
