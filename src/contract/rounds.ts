/** The workflow types of what works in rounds. */
export const sweeperWorkflowType = 'sweeper';
export const remindWorkflowType = 'remind';

/** What a run that works in rounds is started with, and what it hands on when its history grows too long. */
export interface RoundsInput {
  /** How long it waits between two rounds. */
  readonly everySeconds: number;
  /** For how long it begins further rounds. */
  readonly forSeconds: number;
  /** The end of that, by the clock of the run that began; absent in that run. */
  readonly endsAtMs?: number;
}
