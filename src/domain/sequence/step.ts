/** The kinds of step that make a task for a person. */
export const taskKinds = [
  'manual_email',
  'call',
  'general',
  'linkedin_inmail',
  'linkedin_connect',
] as const;
export type TaskKind = (typeof taskKinds)[number];

/** The six kinds of step (SEQ-03). `automated_email` alone sends. */
export const stepKinds = ['automated_email', ...taskKinds] as const;
export type StepKind = (typeof stepKinds)[number];

export const taskPriorities = ['none', 'low', 'medium', 'high'] as const;
export type TaskPriority = (typeof taskPriorities)[number];

/** Whether an email opens a thread or answers an earlier email step of the same sequence (SEQ-09). */
export type Threading =
  { readonly kind: 'new' } | { readonly kind: 'reply'; readonly toStepId: string };

/** The step that an email is said to answer, in either form; null for a new thread that is asked for. */
export function answered<T>({
  threading,
  replyTo,
}: {
  readonly threading?: Threading | undefined;
  readonly replyTo?: T;
}): string | null | T | undefined {
  if (threading === undefined) return replyTo;
  return threading.kind === 'reply' ? threading.toStepId : null;
}

/** What an email says; tokens such as `{{contact.firstName|there}}` are resolved for each contact. */
export interface EmailContent {
  readonly subject: string;
  readonly html: string;
  /** The template and version that the content was taken from (SEQ-11); gone once the content is edited in the step. */
  readonly template?: TemplateRef;
}

/** A template at one of its versions. */
export interface TemplateRef {
  readonly id: string;
  readonly version: number;
}

interface StepBase {
  /** Stable within the sequence, apart from the position. */
  readonly id: string;
  /** Whole days after the step before it, 0–90; always 0 for the first step (SEQ-13). */
  readonly delayDays: number;
}

export interface AutomatedEmailStep extends StepBase {
  readonly kind: 'automated_email';
  readonly email: EmailContent;
  readonly threading: Threading;
}

export interface TaskStep extends StepBase {
  readonly kind: TaskKind;
  readonly title: string;
  readonly notes: string;
  readonly priority: TaskPriority;
  /** The queue that its tasks are put into, if there still is such a queue (TSK-09). */
  readonly queueId?: string;
  /** The sequence waits until the task is completed (TSK-11, TSK-12). */
  readonly waitsForCompletion: boolean;
  /** The draft of a manual email, if it has one, and its threading; no other kind has them (TSK-15, TSK-21). */
  readonly email?: EmailContent;
  readonly threading?: Threading;
}

export type Step = AutomatedEmailStep | TaskStep;

/** True for the kinds that need the LinkedIn Sales Navigator integration (SEQ-08). */
export function needsSalesNavigator(kind: StepKind): boolean {
  return kind === 'linkedin_inmail' || kind === 'linkedin_connect';
}
