/** A thing that runs while its process does: a server, a worker, a reader, or the connections that they need. */
export interface Service {
  /** What operators call it; each of a process has another. */
  readonly name: string;
  /** Resolves when it works; rejects when it cannot. */
  start(): Promise<void>;
  /** From now on takes no new work; what it has begun goes on. Comes before `stop`, also after a start that failed. */
  drain(): void;
  /** Resolves when what it has begun is finished and it has let go of everything. */
  stop(): Promise<void>;
  /** Whether it can do its work now; asked while it runs. */
  healthy(): Promise<boolean>;
}
