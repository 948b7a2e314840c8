import type { SequenceSettings } from './definition.js';
import type { StepKind, TaskPriority, TemplateRef, Threading } from './step.js';

/** A step as a caller writes it; `validateSequence` fills in what is left out. */
export interface StepDraft {
  readonly id?: string | undefined;
  readonly kind: StepKind;
  readonly delayDays?: number | undefined;
  readonly email?: EmailDraft | undefined;
  /** The id of the earlier step whose email this one answers; a new thread without it (SEQ-09). */
  readonly replyTo?: string | undefined;
  readonly title?: string | undefined;
  readonly notes?: string | undefined;
  readonly priority?: TaskPriority | undefined;
  readonly queueId?: string | undefined;
  readonly waitsForCompletion?: boolean | undefined;
}

interface EmailDraft {
  /** A reply goes out under the subject of the email it answers, and needs none of its own. */
  readonly subject?: string | undefined;
  readonly html: string;
  readonly template?: TemplateRef | undefined;
}

/** A step that may be one that a version has had: that one keeps its threading when neither form of it is given. */
export interface ReplacementStep extends StepDraft {
  readonly threading?: Threading | undefined;
  readonly templateId?: string | undefined;
}

export interface SequenceDraft {
  readonly name: string;
  readonly steps: readonly StepDraft[];
  readonly settings: {
    readonly [Name in keyof SequenceSettings]?: SequenceSettings[Name] | undefined;
  };
}

/** One rule that a draft breaks, and where. */
export interface DraftProblem {
  /** A JSON pointer into the draft, such as `/steps/2/delayDays`. */
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
  /** For a mistake within a text: its offset there, in UTF-16 code units. */
  readonly position?: number;
}
