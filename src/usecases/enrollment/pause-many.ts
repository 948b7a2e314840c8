import {
  deletePause,
  idsUnderPause,
  insertPause,
  type PauseScope,
  type SendingPause,
} from '../../db/queries/sending-pauses.js';
import { hold, lift } from '../../domain/enrollment/pause.js';
import { isWidePause } from '../../domain/enrollment/state.js';
import { changeMany } from './change-many.js';
import { requirePermission } from '../access.js';
import type { Act } from '../act.js';
import { note } from '../log.js';

export interface PausedMany {
  readonly pause: SendingPause | undefined;
  /** How many enrollments it stopped. */
  readonly affected: number;
}

/**
 * Pauses everything in a scope, in the act's transaction: from the commit on no step of it begins, and contacts
 * enrolled meanwhile wait. Each enrollment keeps the rest of its delay. One that is paused by itself stays so, whatever
 * becomes of this pause. Doing it twice is harmless. The sequence, or the account, must be locked.
 */
export async function pauseMany(act: Act, scope: PauseScope): Promise<PausedMany> {
  const { tx, accountId, now, actingUser } = act;
  const by = { pausedAt: now, pausedById: actingUser?.id ?? null };
  const { pause, made } = await insertPause(tx, accountId, scope, by);
  if (made) await notePause(act, scope, 'paused');
  const ids = await idsUnderPause(tx, accountId, scope);
  const reason = scope.sequenceId === null ? 'account_paused' : 'sequence_paused';
  const changed = await changeMany(act, ids, {
    decide: (current, happening) =>
      current.standing.state === 'paused'
        ? undefined
        : hold(current, { reason, until: null }, happening),
  });
  return { pause, affected: changed.length };
}

/**
 * Lifts the pause of a scope: the rest of each delay runs on, and emails go through the slots of their mailboxes, so
 * that there is no burst. Enrollments that another pause holds too stay paused. Returns how many go on.
 */
export async function resumeMany(act: Act, scope: PauseScope): Promise<number> {
  const { tx, accountId } = act;
  requirePermission(act, 'sequences');
  const wasPaused = await deletePause(tx, accountId, scope);
  if (wasPaused) await notePause(act, scope, 'resumed');
  const ids = await idsUnderPause(tx, accountId, scope);
  let resumed = 0;
  await changeMany(act, ids, {
    decide: (current, happening) => {
      const { state, reason } = current.standing;
      const isHeld = state === 'paused' && isWidePause(reason);
      if (!isHeld || reason === current.heldBy) return undefined;
      if (!current.heldBy) resumed += 1;
      return lift(current, happening);
    },
  });
  return resumed;
}

function notePause(
  act: Act,
  { sequenceId, userId }: PauseScope,
  type: 'paused' | 'resumed',
): Promise<void> {
  const data = userId === null ? {} : { userId };
  return sequenceId === null
    ? note(act, { subject: 'account', id: act.accountId, type, data })
    : note(act, { subject: 'sequence', id: sequenceId, type, data });
}
