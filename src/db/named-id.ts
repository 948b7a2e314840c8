import { v5 } from 'uuid';

/** The id that a name has within a namespace: the same for every attempt, retry and replay. */
export function namedId(name: string, namespace: string): string {
  return v5(name, namespace);
}
