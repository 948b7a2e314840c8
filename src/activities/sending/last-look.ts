/** The longest that a look may have taken for its answer to hold for the first byte. */
const longestLookMs = 1_000;
const mostLooks = 5;

/**
 * Looks a last time before the first byte of a body. A look says what was so when it was committed: when its answer was slow, as
 * over a bad network or after the process stood still, it is asked again. So the first byte leaves at most `freshMs` after the
 * look that let it go had begun. Throws when no answer comes in time, five times: then nothing is sent.
 */
export async function lookLast(
  look: () => Promise<'go' | 'stop'>,
  isCancelled: () => boolean,
  freshMs = longestLookMs,
): Promise<'go' | 'stop'> {
  for (let looks = 0; looks < mostLooks; looks += 1) {
    if (isCancelled()) return 'stop';
    const begun = performance.now();
    if ((await look()) === 'stop') return 'stop';
    if (performance.now() - begun <= freshMs) return 'go';
  }
  throw new Error(`no look took less than ${freshMs} ms: the mail is put off`);
}
