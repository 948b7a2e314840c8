/** What stands first at `/docs`, in Markdown. Its commands are run by a test, as they are printed. */
export const introduction = `Sales sequences as a backend: automated emails and tasks on business days, stopped by a reply or a meeting.

A **sequence** is a list of steps: emails, and tasks such as calls. **Enrolling** a **contact** in one sends the first email at once, from the **mailbox** of the acting user, and plans what comes next: on business days, within the send window, in the zone of the enrollment. \`GET /v1/enrollments/{id}\` says at any time where it stands, what comes next, when, and why not yet. Whatever stops it is told as an **event** (\`POST /v1/events\`): from that answer on nothing is sent.

### A first enrollment

With a key from \`npm run admin -- create-account --name Northlight --admin-email you@northlight.example\` in \`KEY\`:

\`\`\`bash
call() { curl -sS "http://localhost:3000/v1$1" -H "Authorization: Bearer $KEY" -H 'Cadenza-User: you@northlight.example' \\
  -H 'Content-Type: application/json' "\${@:2}"; }

# a sequence of ready-made steps, and its id
SEQUENCE=$(call /sequences -d '{ "fromTemplateId": "inbound-follow-up" }' | node -p 'JSON.parse(fs.readFileSync(0)).id')
# a contact
call /contacts -X PUT -d '{ "email": "grace@example.com", "firstName": "Grace" }'
# every date that enrolling would come to, with the rules that make it
call /enrollments/preview -d '{ "sequenceId": "'$SEQUENCE'", "contact": { "email": "grace@example.com" } }'
# the first email goes out at once
call /enrollments -d '{ "sequenceId": "'$SEQUENCE'", "contact": { "email": "grace@example.com" } }'
# where it stands, what comes next, and why then
call /enrollments
\`\`\`

### Every call

- \`Authorization: Bearer <key>\`; \`Cadenza-User\` names the user on whose behalf it is, by id, externalId or email.
- Bodies are JSON. Unknown fields are refused.
- A refusal is problem+json: \`code\`, what is wrong, where (\`errors[].pointer\`), and how to mend it. [All codes](/docs/errors).
- A list has its next page at \`?after=\` with \`paging.next.after\` of the page before; \`paging.next\` is null on the last one.
- \`Idempotency-Key\` makes a repeat safe. \`If-Match\` names the version (\`ETag\`) that an edit is based on.
`;
