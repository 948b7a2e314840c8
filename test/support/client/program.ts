// A caller's program, with the types that openapi-typescript makes of the API's description. It is no part of the repository's
// own TypeScript program: test/integration/api/client.test.ts makes ./schema.js, checks it, and runs it.
import createClient from 'openapi-fetch';
import type { components, paths } from './schema.js';

type Entry = components['schemas']['TimelineEntry'];
type State =
  'scheduled' | 'active' | 'waiting_task' | 'paused' | 'finished' | 'unenrolled' | 'errored';

/** What has happened, in a line; a type that is not told apart here does not compile. */
function tell(entry: Entry): string {
  switch (entry.type) {
    case 'enrolled':
      return `${entry.data.state}, next ${entry.data.next.stepId} at ${entry.data.next.at ?? 'no time'}`;
    case 'email_sent':
      return `sent ${entry.data.sendId}`;
    case 'task_created':
      return `task ${entry.data.taskId}, due ${entry.data.dueAt}`;
    case 'paused':
    case 'finished':
    case 'unenrolled':
    case 'errored':
      return `${entry.data.state}: ${entry.data.reason}`;
    case 'version_changed':
      return `${String(entry.data.fromVersion)} to ${String(entry.data.toVersion)}`;
    case 'other':
      return entry.writtenAs;
    default: {
      const told: Exclude<Entry['type'], 'enrolled' | 'paused'> = entry.type;
      return told;
    }
  }
}

function byWhom(entry: Entry): string {
  return 'id' in entry.actor ? entry.actor.id : entry.actor.kind;
}

/** Makes a sequence of one email, enrolls a contact, and tells its timeline. */
export async function enrollOne(
  baseUrl: string,
  key: string,
  { user, email }: { readonly user: string; readonly email: string },
): Promise<{ readonly state: string; readonly timeline: readonly string[] }> {
  const client = createClient<paths>({ baseUrl, headers: { authorization: `Bearer ${key}` } });
  const header = { 'Cadenza-User': user };
  const step = { kind: 'automated_email', email: { subject: 'Hello', html: '<p>Hi</p>' } } as const;
  const made = await client.POST('/v1/sequences', {
    params: { header },
    body: { name: 'Typed', steps: [step] },
  });
  if (made.data === undefined) throw new Error(`${made.error.code}: ${made.error.detail}`);
  await client.POST('/v1/contacts', { params: { header }, body: { email } });
  const enrolled = await client.POST('/v1/enrollments', {
    params: { header },
    body: { sequenceId: made.data.id, contact: { email } },
  });
  if (enrolled.error?.code === 'ALREADY_ENROLLED') throw new Error(enrolled.error.title);
  const listed = await client.GET('/v1/enrollments', {
    params: { query: { sequenceId: made.data.id } },
  });
  const [enrollment] = listed.data?.results ?? [];
  if (enrollment === undefined) throw new Error('nobody is enrolled');
  const state: State = enrollment.state;
  const timeline = await client.GET('/v1/enrollments/{id}/timeline', {
    params: { path: { id: enrollment.id } },
  });
  return {
    state,
    timeline: (timeline.data?.results ?? []).map((entry) => `${byWhom(entry)} ${tell(entry)}`),
  };
}
