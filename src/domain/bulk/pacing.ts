/** How many contacts of a batch are enrolled before its run takes a breath: their runs start at once. */
export const itemsPerRound = 50;

/** The breath, in milliseconds: so an import of thousands makes no burst of starts, and others get their turn. */
export const roundGapMs = 1_000;
