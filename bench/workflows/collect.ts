/** Collects garbage in the thread that workflows run in, where only a workflow can ask for it. */
export function collect(): Promise<boolean> {
  const { gc } = globalThis;
  if (gc === undefined) return Promise.resolve(false);
  for (let round = 0; round < 3; round += 1)
    gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  return Promise.resolve(true);
}
