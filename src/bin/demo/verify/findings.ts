/** What was checked, and which checks failed. */
export class Findings {
  private readonly found: string[] = [];
  private count = 0;

  get checks(): number {
    return this.count;
  }

  get failures(): readonly string[] {
    return this.found;
  }

  /** Records one check; `what` says what should be true. */
  check(holds: boolean, what: string): void {
    this.count += 1;
    if (!holds) this.found.push(what);
  }

  equal(actual: unknown, expected: unknown, what: string): void {
    const [is, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
    this.check(is === wanted, `${what}: ${wanted} is told, ${is} is found`);
  }
}
