/** The workflow type of the sweeper. */
export const sweeperWorkflowType = 'sweeper';

/** What a run of the sweeper is started with, and what it hands on when its history grows too long. */
export interface SweeperInput {
  /** How long it waits between two rounds. */
  readonly everySeconds: number;
  /** For how long it begins further rounds. */
  readonly forSeconds: number;
  /** The end of that, by the clock of the run that began; absent in that run. */
  readonly endsAtMs?: number;
}
