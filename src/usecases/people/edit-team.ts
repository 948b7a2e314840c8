import { isChange } from '../../domain/log/changed-fields.js';
import { newId } from '../../db/new-id.js';
import {
  addMembers,
  deleteTeam as removeTeam,
  findTeam,
  insertTeam,
  insertTeamUnlessTaken,
  lockTeam,
  lockTeamNamed,
  removeMember,
  replaceMembers,
  updateTeam,
  type Team,
} from '../../db/queries/teams.js';
import { findUser, usersAmong } from '../../db/queries/users.js';
import { requireAdmin } from '../access.js';
import type { Act } from '../act.js';
import { findOrMake } from '../find-or-make.js';
import { note } from '../log.js';
import { refuse, refuseUnknown, type FieldError } from '../refusal.js';

const managing = 'Managing teams';

/** How many users a team may have. */
export const maxMembers = 500;

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

/** Makes a team, as an admin. Refuses members who are no users. Throws a unique violation when its name is taken. */
export async function createTeam(
  act: Act,
  { name, memberIds }: { readonly name: string; readonly memberIds: readonly string[] },
): Promise<Team> {
  requireAdmin(act, managing);
  const { tx, accountId, now } = act;
  await requireUsers(act, memberIds);
  const id = newId(now);
  await insertTeam(tx, accountId, { id, name, createdAt: now, updatedAt: now });
  return fillNewTeam(act, id, memberIds);
}

/** Deletes a team, as an admin: its members lose what was shared with them through it. Returns what was deleted. */
export async function deleteTeam(act: Act, id: string): Promise<Team> {
  requireAdmin(act, managing);
  const team = await requireLocked(act, id);
  await removeTeam(act.tx, act.accountId, team.id);
  await note(act, { subject: 'team', id: team.id, type: 'deleted' });
  return team;
}

/** Makes a user a member of a team, unless they are one already. Refuses one too many. */
export function addTeamMember(act: Act, id: string, userId: string): Promise<Team> {
  const { tx, accountId } = act;
  return editTeam(act, id, {
    members: async (team) => {
      const { memberIds } = team;
      const user = await findUser(tx, accountId, { id: userId });
      if (user === undefined) return refuseUnknown('user');
      if (memberIds.includes(user.id)) return;
      if (memberIds.length >= maxMembers) {
        refuse('LIMIT_REACHED', `The team has ${maxMembers} members, which is the most.`);
      }
      await addMembers(tx, accountId, team.id, [user.id]);
    },
  });
}

/** Takes a user out of a team, if they are a member. */
export function removeTeamMember(act: Act, id: string, userId: string): Promise<Team> {
  const { tx, accountId } = act;
  return editTeam(act, id, { members: (team) => removeMember(tx, accountId, team.id, userId) });
}

/** Makes these users, and nobody else, the members of a team. Refuses ids that are no users. */
export function replaceTeamMembers(
  act: Act,
  id: string,
  memberIds: readonly string[],
): Promise<Team> {
  return editTeam(act, id, {
    members: async (team) => {
      await requireUsers(act, memberIds);
      await replaceMembers(act.tx, act.accountId, team.id, memberIds);
    },
  });
}

/** Changes a team, as an admin; of two at once the second sees what the first did. Refuses an unknown one. */
export async function editTeam(act: Act, id: string, edit: TeamEdit): Promise<Team> {
  requireAdmin(act, managing);
  const { tx, accountId, now } = act;
  const team = await requireLocked(act, id);
  const { name } = edit;
  await edit.members?.(team);
  const edited = await readTeam(act, id);
  if (!isChange(team, { name, memberIds: edited.memberIds })) return edited;
  await updateTeam(tx, accountId, id, { updatedAt: now, ...(name !== undefined && { name }) });
  const saved = await readTeam(act, id);
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
  requireAdmin(act, managing);
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
      return fillNewTeam(act, row.id, memberIds ?? []);
    },
  });
  if (written !== undefined) return { team: written.row, made: written.made };
  return refuse('CONFLICT', 'The team is being made or deleted by other calls; repeat this one.');
}

async function fillNewTeam(act: Act, id: string, memberIds: readonly string[]): Promise<Team> {
  await addMembers(act.tx, act.accountId, id, memberIds);
  const team = await readTeam(act, id);
  await note(act, { subject: 'team', id, type: 'created', data: { memberIds: team.memberIds } });
  return team;
}

async function requireLocked({ tx, accountId }: Act, id: string): Promise<Team> {
  return (await lockTeam(tx, accountId, id)) ?? refuseUnknown('team');
}

async function readTeam({ tx, accountId }: Act, id: string): Promise<Team> {
  return (await findTeam(tx, accountId, id)) ?? refuseUnknown('team');
}

/** Refuses ids of `memberIds` that are no users of the account, all at once. */
async function requireUsers({ tx, accountId }: Act, memberIds: readonly string[]): Promise<void> {
  const known = await usersAmong(tx, accountId, memberIds);
  const errors = memberIds.flatMap((id, index): FieldError[] => {
    if (known.has(id)) return [];
    const pointer = `/memberIds/${index}`;
    return [{ pointer, code: 'not_found', message: 'There is no such user.' }];
  });
  if (errors.length === 0) return;
  refuse('NOT_FOUND', { detail: 'The account has no such users; see errors.', errors });
}
