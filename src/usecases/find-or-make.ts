/**
 * How often to look. Another transaction may make the row between the look and the insert; the next look then finds it.
 */
const attempts = 3;

/**
 * Changes what is there, or makes it; of many callers at once one makes it. `change` locks what it finds, and answers
 * undefined when it finds nothing; `make` answers undefined when another has just made it. The result is undefined when
 * others keep making and deleting it.
 */
export async function findOrMake<Found>({
  change,
  make,
}: {
  readonly change: () => Promise<Found | undefined>;
  readonly make: () => Promise<Found | undefined>;
}): Promise<{ readonly row: Found; readonly made: boolean } | undefined> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const changed = await change();
    if (changed !== undefined) return { row: changed, made: false };
    const made = await make();
    if (made !== undefined) return { row: made, made: true };
  }
  return undefined;
}
