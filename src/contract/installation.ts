/**
 * Carried by the input of each run, and by what its activities are asked: the installation whose rows it is about. Runs
 * that earlier releases started carry none.
 */
export interface OfInstallation {
  readonly installationId?: string;
}

/** Under this name the memo of a run says the same, for whoever looks at the run from outside. */
export const installationMemo = 'installationId';

/** What a run passes on to its activities. */
export function installationOf({ installationId }: OfInstallation): OfInstallation {
  return installationId === undefined ? {} : { installationId };
}
