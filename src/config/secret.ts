import { inspect } from 'node:util';

const shown = '[redacted]';

/** A value that prints as redacted, in logs, templates and JSON alike, until somebody asks for it by `reveal`. */
export class Secret<T> {
  // Private to the engine as well: no serializer walks into it.
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  reveal(): T {
    return this.#value;
  }

  toString(): string {
    return shown;
  }

  toJSON(): string {
    return shown;
  }

  [inspect.custom](): string {
    return shown;
  }
}
