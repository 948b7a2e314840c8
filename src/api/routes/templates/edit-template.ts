import type { z } from 'zod';
import {
  countUsers,
  lockTemplate,
  updateTemplate,
  type Template,
} from '../../../db/queries/templates.js';
import { defineEndpoint, nothing, type CallContext } from '../../http/endpoint.js';
import { holdFolderFor } from '../../../usecases/sequence/hold-folder.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import { readTemplate } from '../../../usecases/sequence/read-template.js';
import { idParams } from '../../shapes/common.js';
import { showTemplate, templateDetail, templatePatch } from '../../shapes/template.js';
import { noteChange } from '../../../usecases/log.js';

export const patchTemplate = defineEndpoint({
  method: 'PATCH',
  path: '/v1/templates/{id}',
  summary: 'Change a template',
  description:
    'What is left out stays as it is. Makes a new version, unless nothing changes. Sequences that took its content keep what they have: give a step this `templateId` again to take over the new one.',
  tag: 'templates',
  scope: 'write',
  actingUser: 'optional',
  concurrency: 'if_match',
  params: idParams,
  query: nothing,
  body: templatePatch,
  replies: { 200: templateDetail },
  handler: async (call) => {
    const { tx, accountId, params, body } = call;
    await holdFolderFor(call, 'template', body.folderId);
    const current = await lockTemplate(tx, accountId, params.id);
    if (current === undefined) return refuseUnknown('template');
    call.requireVersion(current.version);
    const saved = await save(call, current, body);
    const sequenceCount = await countUsers(tx, accountId, saved.id);
    return { status: 200, body: { ...showTemplate(saved), sequenceCount } };
  },
});

async function save(
  call: CallContext,
  current: Template,
  patch: z.output<typeof templatePatch>,
): Promise<Template> {
  const { name = current.name, subject = current.subject, html = current.html } = patch;
  const folderId = patch.folderId === undefined ? current.folderId : patch.folderId;
  const change = { name, folderId, ...(await readTemplate(call, { subject, html })) };
  const isSame =
    change.name === current.name &&
    change.folderId === current.folderId &&
    change.subject === current.subject &&
    change.html === current.html;
  if (isSame) return current;
  const saved = await updateTemplate(call.tx, call.accountId, current.id, {
    ...change,
    version: current.version + 1,
    updatedAt: call.now,
  });
  await noteChange(call, 'template', [current, saved]);
  return saved;
}
