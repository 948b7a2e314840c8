/** Why a message cannot be built. */
export type ComposeProblem =
  | 'header_injection'
  | 'reserved_header'
  | 'bad_header_name'
  | 'bad_message_id'
  | 'bad_address'
  | 'bad_date'
  | 'no_content'
  | 'leftover_token'
  | 'active_content';

/** Thrown by `composeMessage` when its input would make a wrong or dangerous message; nothing has been sent. */
export class ComposeError extends Error {
  override readonly name = 'ComposeError';
  readonly code: ComposeProblem;

  constructor(code: ComposeProblem, message: string) {
    super(message);
    this.code = code;
  }
}
