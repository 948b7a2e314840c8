/** How many contacts of a batch are enrolled in a row before a pause, since each enrollment starts a workflow at once. */
export const itemsPerRound = 50;

/** That pause, in milliseconds: it keeps an import of thousands from starting in one burst, and lets others have a turn. */
export const roundGapMs = 1_000;

/** How often a contact is tried when enrolling it fails for a reason outside the rules; after that it is refused. */
export const itemTries = 3;

/** The pause between two tries, in milliseconds; no longer than a heartbeat may be missing. */
export const tryGapMs = 200;
