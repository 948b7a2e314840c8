import type { SequenceDraft, StepDraft } from '../draft.js';

/** A step as a ready-made sequence has it: nothing is left to be made up. */
export type ReadyStep = Omit<StepDraft, 'id' | 'delayDays' | 'email'> & {
  readonly id: string;
  readonly delayDays: number;
  readonly email?: { readonly subject?: string; readonly html: string };
};

/** A sequence to begin with (SEQ-19). It keeps every rule, and needs no capability. */
export interface ReadySequence {
  /** Stable; callers name it by this. */
  readonly id: string;
  /** When to use it, in a sentence or two. */
  readonly description: string;
  /** Paths of the tokens without a fallback: each contact needs a value for them. */
  readonly tokens: readonly string[];
  readonly draft: SequenceDraft & { readonly steps: readonly ReadyStep[] };
}
