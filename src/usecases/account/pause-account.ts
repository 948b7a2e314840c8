import { lockAccount } from '../../db/queries/accounts.js';
import type { PauseScope } from '../../db/queries/sending-pauses.js';
import { requireAdmin } from '../access.js';
import type { Act } from '../act.js';
import { pauseMany, resumeMany, type PausedMany } from '../enrollment/pause-many.js';

const everything: PauseScope = { sequenceId: null, userId: null };

/** Pauses all enrollments of the account, as an admin. Doing it twice is harmless. */
export async function pauseAccount(act: Act): Promise<PausedMany> {
  await lockAsAdmin(act);
  return pauseMany(act, everything);
}

/** Lifts the pause of the account, as an admin; what another pause holds too stays paused. Returns how many go on. */
export async function resumeAccount(act: Act): Promise<number> {
  await lockAsAdmin(act);
  return resumeMany(act, everything);
}

async function lockAsAdmin(act: Act): Promise<void> {
  requireAdmin(act, 'Pausing or resuming the whole account');
  await lockAccount(act.tx, act.accountId);
}
