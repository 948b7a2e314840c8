import { z } from 'zod';
import type { Snippet } from '../../db/queries/snippets.js';
import { snippetNameForm } from '../../domain/message/snippets.js';
import { instantShape } from './common.js';

const name = z
  .string()
  .regex(snippetNameForm, {
    error:
      'A snippet is named by 1 to 64 lower-case letters, digits and "_", a letter first: it stands as {{snippet.name}}.',
  })
  .meta({ examples: ['signature'] });
const html = z.string().meta({ description: 'May hold tokens, but no snippets.' });

export const snippetInput = z.strictObject({ name, html }).meta({ id: 'SnippetInput' });

export const snippetPatch = z
  .strictObject({ name: name.optional(), html: html.optional() })
  .meta({ id: 'SnippetPatch' });

export const snippetReply = z
  .object({
    id: z.uuid(),
    name: z.string(),
    html: z.string(),
    version: z.int().meta({ description: 'Counts its changes; its ETag.' }),
    createdAt: instantShape,
    updatedAt: instantShape,
  })
  .meta({ id: 'Snippet' });

export function showSnippet(snippet: Snippet): z.input<typeof snippetReply> {
  return { ...snippet };
}
