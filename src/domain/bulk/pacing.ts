/** How many contacts of a batch are enrolled before its run takes a breath: their runs start at once. */
export const itemsPerRound = 50;

/** The breath, in milliseconds: so an import of thousands makes no burst of starts, and others get their turn. */
export const roundGapMs = 1_000;

/** How often a contact is tried whose enrolling fails for no reason of the rules, before it is refused. */
export const itemTries = 3;

/** The pause between two tries, in milliseconds; no longer than a heartbeat may be missing. */
export const tryGapMs = 200;
