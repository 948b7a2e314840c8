/** Why a message cannot be made of what it would hold. */
const composeProblems = [
  'header_injection',
  'reserved_header',
  'bad_header_name',
  'bad_message_id',
  'bad_address',
  'bad_date',
  'no_content',
  'leftover_token',
  'active_content',
] as const;
export type ComposeProblem = (typeof composeProblems)[number];

/**
 * Why an email can never go out: `refused` – its mail server takes it never; `no_address` – its contact has none any more;
 * `too_long` – it is, with what its tokens stand for; `too_large` – its mail server takes none of that size; `bad_template` – its text is none that can be rendered; or why no
 * message can be made of it.
 */
export const sendProblems = [
  'refused',
  'no_address',
  'too_long',
  'too_large',
  'bad_template',
  ...composeProblems,
] as const;
export type SendProblem = (typeof sendProblems)[number];
