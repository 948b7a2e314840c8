import { newId } from '../../db/new-id.js';
import {
  addMembers,
  findTeam,
  insertTeamUnlessTaken,
  lockTeam,
  lockTeamNamed,
  replaceMembers,
  updateTeam,
  type Team,
} from '../../db/queries/teams.js';
import { usersAmong } from '../../db/queries/users.js';
import { requireAdmin } from '../access.js';
import type { Act } from '../act.js';
import { findOrMake } from '../find-or-make.js';
import { note } from '../log.js';
import { refuse, refuseUnknown, type FieldError } from '../refusal.js';

/** What is said of a team, found by its name; its members stay as they are without `memberIds`. */
export interface TeamUpsert {
  readonly name: string;
  readonly memberIds?: readonly string[] | undefined;
}

/** What a change of a team is made of. */
interface TeamEdit {
  readonly name?: string;
  /** Changes the members of the locked team. */
  readonly members?: (team: Team) => Promise<void>;
}

/** Changes a team, as an admin; of two at once the second sees what the first did. Refuses an unknown one. */
export async function editTeam(act: Act, id: string, edit: TeamEdit): Promise<Team> {
  requireAdmin(act);
  const { tx, accountId, now } = act;
  const team = await lockTeam(tx, accountId, id);
  if (team === undefined) return refuseUnknown('team');
  const { name } = edit;
  await edit.members?.(team);
  await updateTeam(tx, accountId, id, { updatedAt: now, ...(name !== undefined && { name }) });
  const saved = (await findTeam(tx, accountId, id)) ?? refuseUnknown('team');
  await noteTeamChange(act, team, saved);
  return saved;
}

async function noteTeamChange(act: Act, before: Team, { id, name, memberIds }: Team) {
  const added = memberIds.filter((each) => !before.memberIds.includes(each));
  const removed = before.memberIds.filter((each) => !memberIds.includes(each));
  const fields = [
    ...(added.length + removed.length > 0 ? ['memberIds'] : []),
    ...(name === before.name ? [] : ['name']),
  ];
  if (fields.length === 0) return;
  await note(act, { subject: 'team', id, type: 'changed', data: { fields, added, removed } });
}

/** Makes the team or changes the members of the one with this name, as an admin; of many at once one makes it. */
export async function writeTeam(
  act: Act,
  { name, memberIds }: TeamUpsert,
): Promise<{ readonly team: Team; readonly made: boolean }> {
  requireAdmin(act);
  const { tx, accountId, now } = act;
  if (memberIds !== undefined) await requireUsers(act, memberIds);
  const written = await findOrMake({
    change: async () => {
      const existing = await lockTeamNamed(tx, accountId, name);
      if (existing === undefined) return undefined;
      const members = memberIds && (() => replaceMembers(tx, accountId, existing, memberIds));
      return editTeam(act, existing, { ...(members && { members }) });
    },
    make: async () => {
      const row = { id: newId(now), name, createdAt: now, updatedAt: now };
      if (!(await insertTeamUnlessTaken(tx, accountId, row))) return undefined;
      await addMembers(tx, accountId, row.id, memberIds ?? []);
      const team = (await findTeam(tx, accountId, row.id)) ?? refuseUnknown('team');
      const data = { memberIds: team.memberIds };
      await note(act, { subject: 'team', id: team.id, type: 'created', data });
      return team;
    },
  });
  if (written !== undefined) return { team: written.row, made: written.made };
  return refuse('CONFLICT', 'The team is being made or deleted by other calls; repeat this one.');
}

/** Refuses ids of `memberIds` that are no users of the account, all at once. */
export async function requireUsers(
  { tx, accountId }: Act,
  memberIds: readonly string[],
): Promise<void> {
  const known = await usersAmong(tx, accountId, memberIds);
  const errors = memberIds.flatMap((id, index): FieldError[] => {
    if (known.has(id)) return [];
    const pointer = `/memberIds/${index}`;
    return [{ pointer, code: 'not_found', message: 'There is no such user.' }];
  });
  if (errors.length === 0) return;
  refuse('NOT_FOUND', { detail: 'The account has no such users; see errors.', errors });
}
