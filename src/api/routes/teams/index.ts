import { addTeamMember } from './add-team-member.js';
import { createTeam } from './create-team.js';
import { deleteTeam } from './delete-team.js';
import { editTeam } from './edit-team.js';
import { getTeam } from './get-team.js';
import { listTeams } from './list-teams.js';
import { upsertTeam } from './upsert-team.js';
import { removeTeamMember } from './remove-team-member.js';
import { replaceTeamMembers } from './replace-team-members.js';

export const teamEndpoints = [
  createTeam,
  upsertTeam,
  listTeams,
  getTeam,
  editTeam,
  replaceTeamMembers,
  addTeamMember,
  removeTeamMember,
  deleteTeam,
];
