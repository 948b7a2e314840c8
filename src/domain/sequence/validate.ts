import { isOneLine } from '../message/one-line.js';
import type { TimingSettings } from '../time/types.js';
import { defaultSettings, type SequenceDefinition, type SequenceSettings } from './definition.js';
import type { DraftProblem, SequenceDraft, StepDraft } from './draft.js';
import { commonSettingsProblems } from './settings-rules.js';
import type { EmailContent, Step, TaskStep, Threading } from './step.js';
import { stepProblems } from './step-rules.js';

/** The most steps that carry an email, automated or manual (LIM-02); other tasks are not limited (LIM-03). */
const maxEmails = 10;
const maxNameLength = 200;

/** The most sequences that an account has unless it says otherwise (LIM-04). */
export const defaultMaxSequences = 5000;

/** What the account must have switched on to link a sequence to a campaign (SET-21). */
export const marketingCampaigns = 'marketing_campaigns';
const maxCampaignIdLength = 200;

export type ValidationResult =
  | { readonly ok: true; readonly name: string; readonly definition: SequenceDefinition }
  | { readonly ok: false; readonly problems: readonly DraftProblem[] };

/**
 * Makes a definition of a draft, or says every rule that it breaks, each with its place (SEQ-08 to SEQ-18, LIM-01 to LIM-03).
 *
 * Afterwards every step has an id: one without gets `step-` and its position, and never one of `usedIds`, which earlier
 * versions gave to other steps. A reply without a subject takes that of the
 * email it answers, which it falls back to when that email was never sent. Settings that are left out are the default's.
 */
export function validateSequence(
  draft: SequenceDraft,
  account: { readonly capabilities: readonly string[] },
  usedIds: readonly string[] = [],
): ValidationResult {
  const steps = withIds(draft.steps, usedIds);
  const settings = withDefaults(draft.settings);
  const { capabilities } = account;
  // Of two with the same id the first one counts, so it is entered last.
  const indexById = new Map(steps.map(({ id }, index) => [id, index] as const).reverse());
  const problems = [
    ...nameProblems(draft.name),
    ...countProblems(steps),
    ...steps.flatMap((step, index) =>
      stepProblems({ step, index, steps, indexById, capabilities }),
    ),
    ...settingsProblems(settings, capabilities),
  ];
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, name: draft.name.trim(), definition: { steps: toSteps(steps), settings } };
}

type NamedDraft = StepDraft & { readonly id: string };

function withIds(steps: readonly StepDraft[], usedIds: readonly string[]): readonly NamedDraft[] {
  const taken = new Set([...usedIds, ...steps.map((step) => step.id)]);
  return steps.map((step, index) => {
    if (step.id !== undefined) return { ...step, id: step.id };
    let id = `step-${index + 1}`;
    while (taken.has(id)) id += '-';
    taken.add(id);
    return { ...step, id };
  });
}

function withDefaults(settings: SequenceDraft['settings']): SequenceSettings {
  const given = defaultSettings;
  return {
    ...timingWithDefaults(settings),
    firstEmailInWindow: settings.firstEmailInWindow ?? given.firstEmailInWindow,
    unenrollCompany: settings.unenrollCompany ?? given.unenrollCompany,
    onParentMissing: settings.onParentMissing ?? given.onParentMissing,
    taskReminderMinute: settings.taskReminderMinute ?? given.taskReminderMinute,
    holidayCalendarIds: settings.holidayCalendarIds ?? given.holidayCalendarIds,
    useContactTimeZone: settings.useContactTimeZone ?? given.useContactTimeZone,
    sendTime: settings.sendTime ?? given.sendTime,
    campaignId: settings.campaignId ?? given.campaignId,
  };
}

function timingWithDefaults(
  settings: SequenceDraft['settings'],
): Pick<SequenceSettings, keyof TimingSettings | 'workingDays'> {
  const given = defaultSettings;
  return {
    eligibleFollowUpDays: settings.eligibleFollowUpDays ?? given.eligibleFollowUpDays,
    workingDays: settings.workingDays ?? given.workingDays,
    sendWindowStartMinute: settings.sendWindowStartMinute ?? given.sendWindowStartMinute,
    sendWindowEndMinute: settings.sendWindowEndMinute ?? given.sendWindowEndMinute,
    taskCreationMinute: settings.taskCreationMinute ?? given.taskCreationMinute,
  };
}

function nameProblems(name: string): readonly DraftProblem[] {
  const pointer = '/name';
  const text = name.trim();
  if (text === '') {
    return [{ pointer, code: 'required', message: 'A sequence needs a name.' }];
  }
  if (text.length > maxNameLength) {
    return [{ pointer, code: 'too_long', message: `At most ${maxNameLength} characters.` }];
  }
  return isOneLine(text)
    ? []
    : [{ pointer, code: 'not_one_line', message: 'Must be one line, without control characters.' }];
}

function countProblems(steps: readonly NamedDraft[]): readonly DraftProblem[] {
  if (steps.length === 0) {
    const message = 'A sequence has at least one step.';
    return [{ pointer: '/steps', code: 'no_steps', message }];
  }
  const bearers = steps.flatMap((step, index) => (step.email === undefined ? [] : [index]));
  return bearers.slice(maxEmails).map((index) => ({
    pointer: `/steps/${index}/email`,
    code: 'too_many_emails',
    message: `At most ${maxEmails} steps carry an email, automated or manual; there are ${bearers.length}.`,
  }));
}

function settingsProblems(
  settings: SequenceSettings,
  capabilities: readonly string[],
): readonly DraftProblem[] {
  return [
    ...commonSettingsProblems(settings),
    ...campaignProblems(settings.campaignId, capabilities),
  ];
}

function campaignProblems(
  campaignId: string | null,
  capabilities: readonly string[],
): readonly DraftProblem[] {
  if (campaignId === null) return [];
  const pointer = '/settings/campaignId';
  if (!capabilities.includes(marketingCampaigns)) {
    const message = `A campaign needs the capability "${marketingCampaigns}", which the account has not switched on.`;
    return [{ pointer, code: 'capability_off', message }];
  }
  if (campaignId.trim() === '' || !isOneLine(campaignId)) {
    const message = 'Must be one line that is not blank; null belongs to no campaign.';
    return [{ pointer, code: 'not_one_line', message }];
  }
  const message = `At most ${maxCampaignIdLength} characters.`;
  return campaignId.length > maxCampaignIdLength ? [{ pointer, code: 'too_long', message }] : [];
}

/** The drafts must break no rule. */
function toSteps(drafts: readonly NamedDraft[]): readonly Step[] {
  const subjects = new Map<string, string>();
  return drafts.map((draft) => {
    const email = emailOf(draft, subjects);
    if (email !== undefined) subjects.set(draft.id, email.subject);
    return toStep(draft, email);
  });
}

function emailOf(
  { email, replyTo }: NamedDraft,
  subjects: ReadonlyMap<string, string>,
): EmailContent | undefined {
  if (email === undefined) return undefined;
  const inherited = replyTo === undefined ? undefined : subjects.get(replyTo);
  const { html, template } = email;
  return { subject: email.subject ?? inherited ?? '', html, ...(template && { template }) };
}

function toStep(draft: NamedDraft, email: EmailContent | undefined): Step {
  const { id, kind, delayDays = 0 } = draft;
  const threading: Threading =
    draft.replyTo === undefined ? { kind: 'new' } : { kind: 'reply', toStepId: draft.replyTo };
  if (kind === 'automated_email') {
    if (email === undefined) throw new Error(`step ${id} passed its rules without an email`);
    return { id, kind, delayDays, email, threading };
  }
  return {
    id,
    kind,
    delayDays,
    title: (draft.title ?? '').trim(),
    notes: draft.notes ?? '',
    priority: draft.priority ?? 'none',
    ...(draft.queueId !== undefined && { queueId: draft.queueId }),
    waitsForCompletion: draft.waitsForCompletion ?? true,
    ...mailOf(email, threading),
  };
}

/** The email and threading of a task step; a manual email without content may still answer another. */
function mailOf(
  email: EmailContent | undefined,
  threading: Threading,
): Pick<TaskStep, 'email' | 'threading'> {
  if (email !== undefined) return { email, threading };
  return threading.kind === 'reply' ? { threading } : {};
}
