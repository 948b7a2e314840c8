/** What was looked at, and what was not as told. */
export class Findings {
  private readonly found: string[] = [];
  private count = 0;

  get checks(): number {
    return this.count;
  }

  get failures(): readonly string[] {
    return this.found;
  }

  /** Notes one check; `what` says what should be so. */
  check(holds: boolean, what: string): void {
    this.count += 1;
    if (!holds) this.found.push(what);
  }

  equal(actual: unknown, expected: unknown, what: string): void {
    const [is, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
    this.check(is === wanted, `${what}: ${wanted} is told, ${is} is found`);
  }
}
