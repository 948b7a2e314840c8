interface Closable {
  readonly close: () => Promise<void>;
}

/** The parts that a process has opened so far. */
export interface Opened {
  /** Remembers a part that is to be closed. */
  readonly keep: <T extends Closable>(part: T) => T;
  /** Closes all, the last opened first; a second call has nothing left to close. */
  readonly close: () => Promise<void>;
}

/**
 * Opens parts that need one another, and closes those that are open already when a later one fails: whoever starts a
 * process and is refused is left with nothing open.
 */
export async function openParts<T>(open: (opened: Opened) => Promise<T>): Promise<T> {
  const parts: Closable[] = [];
  const opened: Opened = {
    keep: (part) => {
      parts.push(part);
      return part;
    },
    close: async () => {
      for (const part of parts.splice(0).reverse()) await part.close();
    },
  };
  try {
    return await open(opened);
  } catch (error) {
    await opened.close();
    throw error;
  }
}
