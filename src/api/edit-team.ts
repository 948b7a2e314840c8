import { findTeam, lockTeam, updateTeam, type Team } from '../db/queries/teams.js';
import { usersAmong } from '../db/queries/users.js';
import { requireAdmin } from './access.js';
import type { CallContext } from './endpoint.js';
import { refuse, refuseUnknown, type FieldError } from './problem.js';

/** What a change of a team is made of. */
interface TeamEdit {
  readonly name?: string;
  /** Changes the members of the locked team. */
  readonly members?: (team: Team) => Promise<void>;
}

/** Changes a team, as an admin; of two at once the second sees what the first did. Refuses an unknown one. */
export async function editTeam(call: CallContext, id: string, edit: TeamEdit): Promise<Team> {
  requireAdmin(call);
  const { tx, accountId, now } = call;
  const team = await lockTeam(tx, accountId, id);
  if (team === undefined) return refuseUnknown('team');
  const { name } = edit;
  await edit.members?.(team);
  await updateTeam(tx, accountId, id, { updatedAt: now, ...(name !== undefined && { name }) });
  return (await findTeam(tx, accountId, id)) ?? refuseUnknown('team');
}

/** Refuses ids of `memberIds` that are no users of the account, all at once. */
export async function requireUsers(
  { tx, accountId }: CallContext,
  memberIds: readonly string[],
): Promise<void> {
  const known = await usersAmong(tx, accountId, memberIds);
  const errors = memberIds.flatMap((id, index): FieldError[] => {
    if (known.has(id)) return [];
    const pointer = `/memberIds/${index}`;
    return [{ in: 'body', pointer, code: 'not_found', message: 'There is no such user.' }];
  });
  if (errors.length === 0) return;
  refuse('NOT_FOUND', { detail: 'The account has no such users; see errors.', errors });
}
