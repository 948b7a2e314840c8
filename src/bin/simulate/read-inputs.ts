import { answered } from '../../domain/sequence/step.js';
import { z } from 'zod';
import { fieldErrors, withInput } from '../../api/http/field-errors.js';
import { emailShape, propertiesShape } from '../../api/shapes/common.js';
import { domainShape } from '../../api/shapes/company.js';
import { contactInput } from '../../api/shapes/contact.js';
import { sequenceInput } from '../../api/shapes/sequence.js';
import { playTime, scriptShape } from '../../api/shapes/simulation.js';
import type { ScriptedEvent } from '../../domain/enrollment/play-through/script.js';
import { tokenValues } from '../../domain/message/token-values.js';
import type { TokenValues } from '../../domain/message/tokens.js';
import type { SequenceDefinition } from '../../domain/sequence/definition.js';
import { salesNavigator } from '../../domain/sequence/step-rules.js';
import { marketingCampaigns, validateSequence } from '../../domain/sequence/validate.js';
import type { Instant, TimeZone } from '../../domain/time/types.js';
import { readRichText } from '../../html/rich-text.js';
import { readYaml, refuseMistakes, type Mistake, type ReadFile } from './file.js';

/** A sequence as its file describes it. */
export interface SequenceFile {
  readonly file: ReadFile;
  readonly name: string;
  readonly definition: SequenceDefinition;
}

/** A contact as its file describes it, with the values of its tokens. */
export interface ContactFile {
  readonly timeZone: TimeZone | null;
  readonly values: TokenValues;
  /** When the contact opened mails, without opens by machines. */
  readonly opens: readonly Instant[];
}

type SequenceBody = z.output<typeof sequenceInput>;

/** Things whose names only an account knows, and which therefore cannot be in a file. */
const accountOnly = {
  templateId: 'Templates belong to an account: write the email out here.',
  saveAsTemplate: 'Templates belong to an account: leave it out here.',
} as const;

const contactFile = contactInput.omit({ companyId: true, ownerId: true }).extend({
  company: z
    .strictObject({
      name: z.string(),
      domain: domainShape.optional(),
      properties: propertiesShape.default({}),
    })
    .optional(),
  sender: z.strictObject({ name: z.string(), email: emailShape }).optional(),
  opens: z.array(playTime).max(1000).default([]),
});

/** Reads a sequence by the shapes and rules of the API. Throws a FileError that names everything that is wrong. */
export async function readSequenceFile(path: string): Promise<SequenceFile> {
  const file = await readYaml(path);
  const body = parseAs(file, sequenceInput);
  const steps = body.steps.map((step) => ({
    ...step,
    replyTo: answered(step) ?? undefined,
    ...(step.email && { email: { ...step.email, html: cleaned(step.email.html) } }),
    ...(step.notes !== undefined && { notes: cleaned(step.notes) }),
  }));
  const account = { capabilities: [salesNavigator, marketingCampaigns] };
  const verdict = validateSequence({ ...body, steps }, account);
  const broken = verdict.ok ? [] : verdict.problems;
  refuseMistakes(file, [...textMistakes(body), ...accountMistakes(body), ...broken]);
  if (!verdict.ok) throw new Error('a sequence with mistakes was let pass');
  return { file, name: verdict.name, definition: verdict.definition };
}

/** Reads a contact with its company and with the sender, whose values the tokens also need. */
export async function readContactFile(path: string): Promise<ContactFile> {
  const { company, sender, opens, ...contact } = parseAs(await readYaml(path), contactFile);
  const { firstName = null, lastName = null, email = null, properties } = contact;
  const person = { firstName, lastName, email, properties };
  const organisation = company && { ...company, domain: company.domain ?? null };
  const someone = { name: 'The Sender', email: 'sender@example.com' };
  return {
    ...{ timeZone: contact.timeZone ?? null, opens },
    values: tokenValues(person, organisation ?? null, sender ?? someone, {
      placeholdersAreValues: false,
    }),
  };
}

/** Reads what happens on the way. */
export async function readScriptFile(
  path: string,
): Promise<{ readonly file: ReadFile; readonly script: readonly ScriptedEvent[] }> {
  const file = await readYaml(path);
  return { file, script: parseAs(file, scriptShape) };
}

function parseAs<S extends z.ZodType>(file: ReadFile, shape: S): z.output<S> {
  const parsed = shape.safeParse(file.content, withInput);
  if (parsed.success) return parsed.data;
  refuseMistakes(file, fieldErrors('body', parsed.error));
  throw new Error('a file with mistakes was let pass');
}

/** The text as it would be stored, or a stand-in if it has mistakes, which are reported separately. */
function cleaned(text: string): string {
  const read = readRichText(text, new Map());
  return read.ok ? read.html : '-';
}

function textMistakes({ steps }: SequenceBody): readonly Mistake[] {
  const texts = steps.flatMap(({ email, notes }, index) => [
    { pointer: `/steps/${index}/email/html`, text: email?.html ?? '' },
    { pointer: `/steps/${index}/notes`, text: notes ?? '' },
  ]);
  return texts.flatMap(({ pointer, text }) => {
    const read = readRichText(text, new Map());
    if (read.ok) return [];
    return read.problems.map(({ position, message }) => ({
      pointer,
      message: position === undefined ? message : `At character ${position + 1}: ${message}`,
    }));
  });
}

function accountMistakes({ steps, settings }: SequenceBody): readonly Mistake[] {
  const inSteps = steps.flatMap(({ templateId, saveAsTemplate }, index) =>
    Object.entries({ templateId, saveAsTemplate })
      .filter(([, value]) => value !== undefined)
      .map(([name]) => ({
        pointer: `/steps/${index}/${name}`,
        message: name === 'templateId' ? accountOnly.templateId : accountOnly.saveAsTemplate,
      })),
  );
  if (!settings.holidayCalendarIds?.length) return inSteps;
  const message = 'Calendars belong to an account: leave them out, and name days with --holiday.';
  return [...inSteps, { pointer: '/settings/holidayCalendarIds', message }];
}
