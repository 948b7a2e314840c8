import { newId } from '../../db/new-id.js';
import { insertTemplate } from '../../db/queries/templates.js';
import type { User } from '../../db/queries/users.js';
import type { SequenceDefinition } from '../../domain/sequence/definition.js';
import { requireRoomFor } from '../account/require-room.js';
import type { Act } from '../act.js';
import { note } from '../log.js';

/** What an email is to be saved as. */
export interface TemplateWish {
  readonly name: string;
  readonly folderId: string | null;
}

/** What the emails of some steps, by their index, are to be saved as. */
export type TemplateWishes = ReadonlyMap<number, TemplateWish>;

/** Saves emails of a valid sequence as templates of their own, which its steps then name (SEQ-11, EDT-05). Refuses too many. */
export async function saveTemplates(
  act: Act,
  owner: User,
  definition: SequenceDefinition,
  wishes: TemplateWishes,
): Promise<SequenceDefinition> {
  const { tx, accountId, now } = act;
  await requireRoomFor(act, 'templates', wishes.size);
  let { steps } = definition;
  for (const [index, { name, folderId }] of wishes) {
    const step = steps[index];
    if (step?.email === undefined) continue;
    const { subject, html } = step.email;
    const { id, version } = await insertTemplate(tx, accountId, {
      ...{ id: newId(now), name, subject, html, folderId },
      ...{ ownerId: owner.id, createdAt: now, updatedAt: now },
    });
    await note(act, { subject: 'template', id, type: 'created', data: { version } });
    steps = steps.with(index, { ...step, email: { subject, html, template: { id, version } } });
  }
  return { ...definition, steps };
}
