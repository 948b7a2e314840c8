import { newId } from '../../db/new-id.js';
import {
  insertSnippet,
  lockSnippet,
  removeSnippet,
  updateSnippet,
  type Snippet,
} from '../../db/queries/snippets.js';
import { requirePermission } from '../access.js';
import type { Act } from '../act.js';
import { note, noteChange } from '../log.js';
import { refuseUnknown } from '../refusal.js';
import { readSnippet } from './read-snippet.js';

/** Makes a snippet. Refuses a text that breaks a rule; throws a unique violation when another one has the name. */
export async function makeSnippet(
  act: Act,
  { name, html }: { readonly name: string; readonly html: string },
): Promise<Snippet> {
  requirePermission(act, 'sequences');
  const { tx, accountId, now } = act;
  const snippet = await insertSnippet(tx, accountId, {
    id: newId(now),
    name,
    html: await readSnippet(act, html),
    createdAt: now,
    updatedAt: now,
  });
  await note(act, { subject: 'snippet', id: snippet.id, type: 'created' });
  return snippet;
}

/**
 * Changes a snippet as its next version; what is left out stays, and an edit that changes nothing makes no version. Refuses
 * an unknown one, an edit of another version than the current one, and a text that breaks a rule.
 */
export async function editSnippet(
  act: Act,
  id: string,
  patch: { readonly name?: string | undefined; readonly html?: string | undefined },
): Promise<Snippet> {
  requirePermission(act, 'sequences');
  const { tx, accountId, now } = act;
  const current = await lockCurrent(act, id);
  const name = patch.name ?? current.name;
  const html = patch.html === undefined ? current.html : await readSnippet(act, patch.html);
  if (name === current.name && html === current.html) return current;
  const change = { name, html, version: current.version + 1, updatedAt: now };
  const saved = await updateSnippet(tx, accountId, current.id, change);
  await noteChange(act, 'snippet', [current, saved]);
  return saved;
}

/** Deletes a snippet and returns what it was. Refuses an unknown one, and another version than the current one. */
export async function deleteSnippet(act: Act, id: string): Promise<Snippet> {
  requirePermission(act, 'sequences');
  const snippet = await lockCurrent(act, id);
  await removeSnippet(act.tx, act.accountId, snippet.id);
  await note(act, { subject: 'snippet', id: snippet.id, type: 'deleted' });
  return snippet;
}

async function lockCurrent(act: Act, id: string): Promise<Snippet> {
  const snippet = await lockSnippet(act.tx, act.accountId, id);
  if (snippet === undefined) return refuseUnknown('snippet');
  act.requireVersion(snippet.version);
  return snippet;
}
