import type { ComposeProblem } from '../../domain/sending/send-problem.js';

/** Thrown by `composeMessage` when its input would make a wrong or dangerous message; nothing has been sent. */
export class ComposeError extends Error {
  override readonly name = 'ComposeError';
  readonly code: ComposeProblem;

  constructor(code: ComposeProblem, message: string) {
    super(message);
    this.code = code;
  }
}
