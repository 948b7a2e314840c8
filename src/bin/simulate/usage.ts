export const usage = `npm run simulate -- SEQUENCE.yaml [options]

Plays a sequence through, without a server or a database: every email and task with its time and the rules that put it there,
and how it ends. The file is a sequence as POST /v1/sequences takes it, in YAML or JSON.

  --from TIME          when the contact is enrolled, such as 2026-11-26T17:00-05:00; now without it
  --start STEP         the step that it begins at, by its id; the first without it
  --first-at TIME      when the first step runs; at once without it
  --contact FILE       firstName, lastName, email, timeZone, properties, company {name, domain, properties},
                       sender {name, email}: tokens without a value are listed; opens, a list of the times at which it
                       opened mails, for sequences with the setting sendTime: from_opens
  --zone ZONE          where all steps run; without it the contact's zone, else UTC
  --script FILE        what happens on the way: a list of {type, at}, as POST /v1/sequences/{id}/simulate takes it
  --tasks-after DAYS   after how many days tasks that are waited for are completed; "never"; 0 without it
  --holiday DATE       a day that is no business day, such as 2026-11-26; as often as there are some
  --json               the whole answer as JSON

Ends with 0; with 1 when a file has mistakes or the contact lacks values, each with its place; with 2 when the command line
cannot be understood.`;
