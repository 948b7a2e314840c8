import { findTemplates, type Template } from '../../db/queries/templates.js';
import type { DraftProblem, StepDraft } from '../../domain/sequence/draft.js';
import type { StepPatch } from '../../domain/sequence/edit.js';
import { answered, type Threading } from '../../domain/sequence/step.js';
import { maxHtmlLength, maxNotesLength } from '../../domain/sequence/step-rules.js';
import type { TextFindings } from './edit-sequence.js';
import type { Act } from '../act.js';
import { holdFolderFor } from './hold-folder.js';
import { refuseUnknown } from '../refusal.js';
import { readPlacedTexts, type PlacedTexts } from './read-rich-texts.js';
import type { TemplateWish, TemplateWishes } from './save-templates.js';

/** Where the content of a step is to come from, and whether it is to be a template of its own, too. */
interface ContentSource {
  readonly templateId?: string | undefined;
  readonly saveAsTemplate?: TemplateWish | undefined;
}

/** A step as it is written: `threading`, as it is read, or `replyTo` says what its email answers. */
export interface WrittenStep extends StepDraft, ContentSource {
  readonly threading?: Threading | undefined;
}

/** A change of a step as it is written. */
export interface WrittenPatch extends StepPatch, ContentSource {
  readonly threading?: Threading | undefined;
}

/** What the steps of a body say, with templates and snippets looked up and markup cleaned. */
export interface StepContent extends TextFindings {
  readonly steps: readonly WrittenStep[];
  readonly wishes: TemplateWishes;
}

/** Reads the steps of a body (SEQ-11, TSK-10, TSK-15). Refuses a template or a folder that is unknown. */
export async function readSteps(act: Act, steps: readonly WrittenStep[]): Promise<StepContent> {
  const parts = steps.map((step, index) => ({ ...step, pointer: `/steps/${index}` }));
  const read = await readParts(act, parts);
  const drafts = steps.map((step, index): WrittenStep => {
    const { email, notes } = read.parts[index] ?? {};
    const replyTo = answered(step) ?? undefined;
    // A reply goes out under the subject of what it answers, whatever its template's is.
    const isTemplateReply = step.templateId !== undefined && replyTo !== undefined;
    const subject = isTemplateReply ? undefined : email?.subject;
    return {
      ...step,
      replyTo,
      notes,
      email: email && { ...email, subject, html: email.html ?? '' },
    };
  });
  const wishes = steps.flatMap(({ saveAsTemplate }, index) =>
    saveAsTemplate === undefined ? [] : [[index, saveAsTemplate] as const],
  );
  const unfounded = wishes.flatMap(([index]) =>
    drafts[index]?.email === undefined ? [noEmail(`/steps/${index}`)] : [],
  );
  return {
    steps: drafts,
    wishes: new Map(wishes),
    problems: [...read.problems, ...unfounded],
    place: read.place,
  };
}

/** Reads a change of one step, in the same way. */
export async function readStepPatch(
  act: Act,
  body: WrittenPatch,
): Promise<TextFindings & { readonly patch: StepPatch }> {
  const read = await readParts(act, [{ ...body, email: body.email ?? undefined, pointer: '' }]);
  const { email, notes } = read.parts[0] ?? {};
  const { threading, ...patch } = body;
  const answers = threading === undefined ? {} : { replyTo: answered(body) };
  return { ...read, patch: { ...patch, ...answers, notes, email: email ?? body.email } };
}

/** Says that a step has no email to be saved as a template. */
export function noEmail(pointer: string): DraftProblem {
  const message = 'The step has no email that could be saved as a template.';
  return { pointer: `${pointer}/saveAsTemplate`, code: 'no_email', message };
}

interface Part {
  /** Of the step, in the body. */
  readonly pointer: string;
  readonly templateId?: string | undefined;
  readonly saveAsTemplate?: TemplateWish | undefined;
  readonly threading?: Threading | undefined;
  readonly replyTo?: string | null | undefined;
  readonly email?:
    { readonly subject?: string | undefined; readonly html?: string | undefined } | undefined;
  readonly notes?: string | undefined;
}

interface ReadPart {
  readonly email?: Exclude<StepPatch['email'], null>;
  readonly notes?: string | undefined;
}

async function readParts(
  act: Act,
  parts: readonly Part[],
): Promise<TextFindings & { readonly parts: readonly ReadPart[] }> {
  const templates = await templatesOf(act, parts);
  for (const { saveAsTemplate, pointer } of parts) {
    const place = `${pointer}/saveAsTemplate/folderId`;
    await holdFolderFor(act, 'template', saveAsTemplate?.folderId, place);
  }
  const texts = await readPlacedTexts(act, parts.flatMap(textsOf));
  return {
    parts: parts.map((part) => readPart(part, templates, texts)),
    problems: [...parts.flatMap(sourceProblems), ...texts.problems],
    place: (pointer) => placeOf(pointer, parts),
  };
}

async function templatesOf(
  { tx, accountId }: Act,
  parts: readonly Part[],
): Promise<ReadonlyMap<string, Template>> {
  const ids = parts.flatMap(({ templateId }) => (templateId === undefined ? [] : [templateId]));
  const templates = await findTemplates(tx, accountId, ids);
  for (const { templateId, pointer } of parts) {
    if (templateId !== undefined && !templates.has(templateId)) {
      refuseUnknown('template', `${pointer}/templateId`);
    }
  }
  return templates;
}

function textsOf({ pointer, email, notes }: Part): Parameters<typeof readPlacedTexts>[1] {
  return [
    { pointer: `${pointer}/email/html`, text: email?.html, maxLength: maxHtmlLength },
    { pointer: `${pointer}/notes`, text: notes, maxLength: maxNotesLength },
  ];
}

function readPart(
  { pointer, templateId, email, notes }: Part,
  templates: ReadonlyMap<string, Template>,
  { htmlAt }: PlacedTexts,
): ReadPart {
  const html = htmlAt(`${pointer}/email/html`);
  const noted = notes === undefined ? {} : { notes: htmlAt(`${pointer}/notes`) };
  const template = templates.get(templateId ?? '');
  if (template !== undefined) {
    const { id, version, subject } = template;
    return { ...noted, email: { subject, html: template.html, template: { id, version } } };
  }
  return email === undefined ? noted : { ...noted, email: { subject: email.subject, html } };
}

/** What is wrong with an email that came from a template is told of the template, and with what it answers, where that stands. */
function placeOf(pointer: string, parts: readonly Part[]): string {
  const threaded = parts.find((part) => part.threading && pointer === `${part.pointer}/replyTo`);
  if (threaded !== undefined) return `${threaded.pointer}/threading/toStepId`;
  const source = parts.find(
    (part) =>
      part.templateId !== undefined &&
      part.email === undefined &&
      `${pointer}/`.startsWith(`${part.pointer}/email/`),
  );
  return source === undefined ? pointer : `${source.pointer}/templateId`;
}

/** An email comes from one place, and its thread is said once. */
function sourceProblems({
  pointer,
  templateId,
  saveAsTemplate,
  email,
  threading,
  replyTo,
}: Part): readonly DraftProblem[] {
  const problem = (field: string, message: string) => [
    { pointer: `${pointer}/${field}`, code: 'one_of', message },
  ];
  const said = answered({ threading, replyTo });
  const twice =
    threading !== undefined && replyTo !== undefined && said !== replyTo
      ? problem('replyTo', 'It says something else than `threading`: leave one of the two out.')
      : [];
  if (templateId === undefined) return twice;
  return [
    ...twice,
    ...(email === undefined
      ? []
      : problem('templateId', 'Give either templateId or an email of its own, not both.')),
    ...(saveAsTemplate === undefined
      ? []
      : problem('saveAsTemplate', 'The content is a template already: leave one of the two out.')),
  ];
}
