/** Collects what has to be undone, in reverse order. */
export class Curtain {
  private readonly steps: (() => Promise<unknown>)[] = [];

  add(step: () => Promise<unknown>): void {
    this.steps.push(step);
  }

  /** Undoes everything once; a step that fails does not keep the others from running. */
  async fall(): Promise<void> {
    for (const step of this.steps.splice(0).reverse()) {
      await step().catch((error: unknown) => {
        console.error(error);
      });
    }
  }
}
