import { newId } from '../../db/new-id.js';
import {
  countUsers,
  insertTemplate,
  lockTemplate,
  removeTemplate,
  updateTemplate,
  type Template,
} from '../../db/queries/templates.js';
import type { User } from '../../db/queries/users.js';
import { requirePermission } from '../access.js';
import { requireRoom } from '../account/require-room.js';
import type { Act } from '../act.js';
import { note, noteChange } from '../log.js';
import { refuseUnknown } from '../refusal.js';
import { holdFolderFor } from './hold-folder.js';
import { readTemplate } from './read-template.js';

/** What a new template says, and the folder that it is kept in. */
export interface TemplateDraft {
  readonly name: string;
  readonly subject: string;
  readonly html: string;
  readonly folderId: string | null;
}

/** What is changed of a template; what is left out stays as it is. */
export type TemplateEdit = {
  readonly [Name in keyof TemplateDraft]?: TemplateDraft[Name] | undefined;
};

/** Makes a template of the owner's. Refuses an unknown folder, content that breaks a rule, and one too many. */
export async function makeTemplate(
  act: Act,
  owner: User,
  { name, folderId, ...written }: TemplateDraft,
): Promise<Template> {
  requirePermission(act, 'sequences');
  const { tx, accountId, now } = act;
  await requireRoom(act, 'templates');
  await holdFolderFor(act, 'template', folderId);
  const content = await readTemplate(act, written);
  const template = await insertTemplate(tx, accountId, {
    ...content,
    id: newId(now),
    name,
    folderId,
    ownerId: owner.id,
    createdAt: now,
    updatedAt: now,
  });
  const data = { version: template.version };
  await note(act, { subject: 'template', id: template.id, type: 'created', data });
  return template;
}

/**
 * Changes a template as its next version; an edit that changes nothing makes none. Returns with it how many sequences have it
 * in their current version. Refuses an unknown one, an edit of another version than the current one, an unknown folder, and
 * content that breaks a rule.
 */
export async function editTemplate(
  act: Act,
  id: string,
  patch: TemplateEdit,
): Promise<{ readonly template: Template; readonly sequenceCount: number }> {
  requirePermission(act, 'sequences');
  await holdFolderFor(act, 'template', patch.folderId);
  const template = await saveTemplate(act, await lockCurrent(act, id), patch);
  const sequenceCount = await countUsers(act.tx, act.accountId, template.id);
  return { template, sequenceCount };
}

/** Deletes a template and returns what it was. Refuses an unknown one, and another version than the current one. */
export async function deleteTemplate(act: Act, id: string): Promise<Template> {
  requirePermission(act, 'sequences');
  const template = await lockCurrent(act, id);
  await removeTemplate(act.tx, act.accountId, template.id);
  await note(act, { subject: 'template', id: template.id, type: 'deleted' });
  return template;
}

async function lockCurrent(act: Act, id: string): Promise<Template> {
  const template = await lockTemplate(act.tx, act.accountId, id);
  if (template === undefined) return refuseUnknown('template');
  act.requireVersion(template.version);
  return template;
}

async function saveTemplate(act: Act, current: Template, patch: TemplateEdit): Promise<Template> {
  const { name = current.name, subject = current.subject, html = current.html } = patch;
  const folderId = patch.folderId === undefined ? current.folderId : patch.folderId;
  const change = { name, folderId, ...(await readTemplate(act, { subject, html })) };
  const isSame =
    change.name === current.name &&
    change.folderId === current.folderId &&
    change.subject === current.subject &&
    change.html === current.html;
  if (isSame) return current;
  const saved = await updateTemplate(act.tx, act.accountId, current.id, {
    ...change,
    version: current.version + 1,
    updatedAt: act.now,
  });
  await noteChange(act, 'template', [current, saved]);
  return saved;
}
