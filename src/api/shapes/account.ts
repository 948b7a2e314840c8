import { z } from 'zod';
import type { Account } from '../../db/queries/accounts.js';
import { freeMailDomains } from '../../domain/capacity/recipient.js';
import { taskKinds } from '../../domain/sequence/step.js';
import {
  callOutcomes,
  maxOutcomeId,
  maxOutcomeName,
  maxOwnOutcomes,
  ownOutcomeProblems,
} from '../../domain/task/outcome.js';
import type { AccountPatch } from '../../usecases/account/edit-account.js';
import { mostEver } from './capacity.js';
import { weekdays } from '../../domain/time/types.js';
import { instantShape, lineShape, timeZoneShape, workingDaysInput } from './common.js';

const mostSequences = 1_000_000;
const mostThings = 100_000;
const mostContacts = 100_000_000;

const countInput = z.int().min(1).max(mostEver).optional();
const capOfThings = z.int().min(1).max(mostThings).optional();
const capInput = z.int().min(1).max(mostEver).nullable().optional();

const meaning = {
  mailboxPerMinute: 'Emails of a mailbox in a clock minute.',
  mailboxPerDay: 'Emails of a mailbox in any 24 hours.',
  userPerDay: 'Emails of a sender in any 24 hours, from all their mailboxes.',
  recipientDomainPerDay: `Emails of all mailboxes to addresses of one domain in any 24 hours; null for any number. The domains of free mail providers are exempt: ${freeMailDomains.join(', ')}.`,
  companyPerDay:
    'Emails of all mailboxes to contacts of one company in any 24 hours; null for any number.',
  sequences: 'Sequences of all users together.',
  templates: 'Templates of all users together.',
  lists: 'Lists of contacts.',
  properties: 'Declared properties of contacts and companies together.',
  contacts: 'Contacts, without deleted ones.',
} as const;

const limitsPatch = z.strictObject({
  mailboxPerMinute: countInput.meta({ description: meaning.mailboxPerMinute }),
  mailboxPerDay: countInput.meta({ description: meaning.mailboxPerDay }),
  userPerDay: countInput.meta({ description: meaning.userPerDay }),
  recipientDomainPerDay: capInput.meta({ description: meaning.recipientDomainPerDay }),
  companyPerDay: capInput.meta({ description: meaning.companyPerDay }),
  sequences: z.int().min(1).max(mostSequences).optional().meta({ description: meaning.sequences }),
  templates: capOfThings.meta({ description: meaning.templates }),
  lists: capOfThings.meta({ description: meaning.lists }),
  properties: capOfThings.meta({ description: meaning.properties }),
  contacts: z.int().min(1).max(mostContacts).optional().meta({ description: meaning.contacts }),
});

const outcomeShape = z.strictObject({
  id: z
    .string()
    .min(1)
    .max(maxOutcomeId)
    .meta({
      description:
        'What tasks, filters and the log have: lower-case letters, digits, `_` and `-`, a letter or digit first.',
      examples: ['meeting_agreed'],
    }),
  name: lineShape(maxOutcomeName).meta({ examples: ['Agreed on a meeting'] }),
  kinds: z
    .array(z.enum(taskKinds))
    .min(1)
    .max(taskKinds.length)
    .overwrite((kinds) => taskKinds.filter((kind) => kinds.includes(kind)))
    .meta({ description: 'The kinds of task that can be completed with it.' }),
});

const taskOutcomesInput = z
  .array(outcomeShape)
  .max(maxOwnOutcomes)
  .superRefine((outcomes, context) => {
    for (const { pointer, code, message } of ownOutcomeProblems(outcomes)) {
      const [, index, field] = pointer.split('/');
      const path = [Number(index), field ?? ''];
      context.addIssue({ code: 'custom', path, params: { code }, message });
    }
  })
  .meta({
    description: `What tasks can be completed with besides the outcomes of calls that every account has (${callOutcomes.map(({ id }) => id).join(', ')}): the whole list, which takes the place of the present one. Tasks that were completed with one that is taken away keep its id.`,
  });

export const accountPatch = z
  .strictObject({
    name: lineShape(200).optional(),
    timeZone: timeZoneShape.optional(),
    workingDays: workingDaysInput.optional().meta({
      description:
        'The days of the working week, for sequences that have none of their own: what is planned from now on counts by it.',
    }),
    placeholdersAreValues: z.boolean().optional().meta({
      description:
        'Whether a text such as `NULL`, `N/A` or `-` is a value that a token stands for; false, the default, counts it as missing.',
    }),
    taskOutcomes: taskOutcomesInput.optional(),
    limits: limitsPatch.default({}),
  })
  .meta({ id: 'AccountPatch', description: 'What is left out stays.' });

const limitsReply = z.object({
  mailboxPerMinute: z.int().meta({ description: meaning.mailboxPerMinute }),
  mailboxPerDay: z.int().meta({ description: meaning.mailboxPerDay }),
  userPerDay: z.int().meta({ description: meaning.userPerDay }),
  recipientDomainPerDay: z.int().nullable().meta({ description: meaning.recipientDomainPerDay }),
  companyPerDay: z.int().nullable().meta({ description: meaning.companyPerDay }),
  sequences: z.int().meta({ description: meaning.sequences }),
  templates: z.int().meta({ description: meaning.templates }),
  lists: z.int().meta({ description: meaning.lists }),
  properties: z.int().meta({ description: meaning.properties }),
  contacts: z.int().meta({ description: meaning.contacts }),
});

export const accountReply = z
  .object({
    id: z.uuid(),
    version: z.int(),
    name: z.string(),
    timeZone: z.string(),
    workingDays: z.array(z.enum(weekdays)),
    placeholdersAreValues: z.boolean(),
    taskOutcomes: z
      .array(z.object({ id: z.string(), name: z.string(), kinds: z.array(z.enum(taskKinds)) }))
      .meta({ description: 'What tasks can be completed with besides the outcomes of calls.' }),
    capabilities: z.array(z.string()).meta({
      description: 'What the account has switched on; an operator does that.',
    }),
    limits: limitsReply,
    createdAt: instantShape,
  })
  .meta({ id: 'Account' });

export function showAccount(account: Account): z.input<typeof accountReply> {
  const { maxSequences, maxTemplates, maxLists, maxProperties, maxContacts, ...row } = account;
  const counts = {
    sequences: maxSequences,
    templates: maxTemplates,
    lists: maxLists,
    properties: maxProperties,
    contacts: maxContacts,
  };
  return {
    ...row,
    taskOutcomes: row.taskOutcomes.map((each) => ({ ...each, kinds: [...each.kinds] })),
    capabilities: [...row.capabilities],
    limits: { ...row, ...counts },
  };
}

/** A patch as the account's row has it; undefined for what stays. */
export function settingsOf({ limits, ...given }: z.output<typeof accountPatch>): AccountPatch {
  const { sequences: maxSequences, ...counts } = limits;
  return {
    name: given.name,
    timeZone: given.timeZone,
    workingDays: given.workingDays,
    placeholdersAreValues: given.placeholdersAreValues,
    taskOutcomes: given.taskOutcomes,
    mailboxPerMinute: counts.mailboxPerMinute,
    mailboxPerDay: counts.mailboxPerDay,
    userPerDay: counts.userPerDay,
    recipientDomainPerDay: counts.recipientDomainPerDay,
    companyPerDay: counts.companyPerDay,
    maxSequences,
    maxTemplates: counts.templates,
    maxLists: counts.lists,
    maxProperties: counts.properties,
    maxContacts: counts.contacts,
  };
}
