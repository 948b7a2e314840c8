import { z } from 'zod';
import type { Template } from '../../db/queries/templates.js';
import { instantShape, lineShape, referenceShape, needsReply, placeholderReply } from './common.js';
import { folderIdInput } from './folder.js';

const fields = {
  name: lineShape(200),
  subject: z.string().meta({ description: 'One line; may hold tokens.' }),
  html: z.string().meta({
    description:
      'The body; may hold tokens and snippets, `{{snippet.name}}`, which are put in when it is saved.',
  }),
};

export const templateInput = z
  .strictObject({ ...fields, folderId: folderIdInput.default(null) })
  .meta({ id: 'TemplateInput' });

export const templatePatch = z
  .strictObject({
    name: fields.name.optional(),
    subject: fields.subject.optional(),
    html: fields.html.optional(),
    folderId: folderIdInput.optional(),
  })
  .meta({ id: 'TemplatePatch' });

export const templateReply = z
  .object({
    id: z.uuid(),
    name: z.string(),
    subject: z.string(),
    html: z.string(),
    folderId: z.uuid().nullable(),
    ownerId: z.uuid(),
    version: z.int().meta({ description: 'Counts its changes; its ETag.' }),
    createdAt: instantShape,
    updatedAt: instantShape,
  })
  .meta({ id: 'Template' });

export const templateDetail = templateReply
  .extend({
    sequenceCount: z.int().meta({
      description: 'How many sequences have it in their current version, whichever version of it.',
    }),
  })
  .meta({ id: 'TemplateDetail' });

export const previewInput = z
  .strictObject({
    contact: referenceShape,
    sender: referenceShape
      .optional()
      .meta({ description: 'Who would send it; the acting user without it.' }),
  })
  .meta({ id: 'TemplatePreviewInput' });

export const previewReply = z
  .object({
    subject: z.string(),
    html: z.string(),
    text: z.string().meta({ description: 'The plain text that goes out beside the HTML.' }),
    canBeSent: z.boolean().meta({
      description:
        'False when a token has neither a value that can be used nor a fallback: its path in brackets shows where.',
    }),
    missingTokens: z.array(
      z.object({
        field: z.enum(['subject', 'html']),
        token: z.string().meta({ examples: ['company.name'] }),
        placeholder: placeholderReply,
        needs: needsReply,
      }),
    ),
  })
  .meta({ id: 'TemplatePreview' });

export function showTemplate(template: Template): z.input<typeof templateReply> {
  return { ...template };
}
