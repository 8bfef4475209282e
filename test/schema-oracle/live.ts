/*
 * Sends the cases of the fixture to a running API server of the same minor, as dry runs, and prints where its errors differ
 * from the oracle's: live.ts URL (a disposable cluster on loopback; bearer token in LIVE_TOKEN). The Service default/web is
 * created and deleted for the updates. This also checks the oracle's substitute for the allocators.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Agent, request } from 'undici';

type RejectedField = readonly [field: string, message: string];
type Body = Readonly<Record<string, unknown>>;
/** The fields read from a Service, a Status or the version. */
interface Reply {
  readonly metadata?: { readonly resourceVersion?: string };
  readonly message?: string;
  readonly details?: { readonly causes?: readonly { readonly field: string }[] };
  readonly minor?: string;
  readonly gitVersion?: string;
}

const [server = ''] = process.argv.slice(2);
const services = new URL('/api/v1/namespaces/default/services', server).href;
const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
const authorization = `Bearer ${process.env['LIVE_TOKEN'] ?? ''}`;
const dryRun = 'dryRun=All&fieldValidation=Ignore';

async function call(method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, body?: unknown) {
  const headers = { authorization, 'content-type': 'application/json' };
  const response = await request(url, { method, headers, dispatcher, body: body ? JSON.stringify(body) : null });
  return { status: response.statusCode, body: (await response.body.json()) as Reply };
}

async function sendCase({ service, old }: { service: Body; old?: Body }): Promise<Answer> {
  if (!old) return call('POST', `${services}?${dryRun}`, service);
  const stored = await call('POST', services, old);
  if (stored.status !== 201) throw new Error(`the old Service is refused: ${JSON.stringify(stored.body)}`);
  const resourceVersion = stored.body.metadata?.resourceVersion;
  const sent = { ...service, metadata: { ...(service['metadata'] as Body), resourceVersion } };
  const answer = await call('PUT', `${services}/web?${dryRun}`, sent);
  await call('DELETE', `${services}/web`);
  return answer;
}

type Answer = Awaited<ReturnType<typeof call>>;

function refusedFields({ status, body }: Answer, known: ReadonlySet<string>): readonly string[] {
  if (status < 300) return [];
  if (status === 400) return ['(decoding)'];
  if (status !== 422) return [`status ${status}: ${body.message}`];
  const causes = body.details?.causes ?? [];
  return causes.map(({ field }) => field).filter(field => known.has(field));
}

const file = new URL('fixtures/traffic-fields.json.gz', import.meta.url);
const fixture = JSON.parse(gunzipSync(readFileSync(file)).toString('utf8'));
const outcomes: readonly (readonly RejectedField[])[] = fixture.outcomes;
const known = new Set(outcomes.flat().map(([field]) => field));
const version = await call('GET', new URL('/version', server).href);
const answers: readonly number[] | undefined = fixture.answers[Number.parseInt(version.body.minor ?? '', 10)];
if (!answers) throw new Error(`the fixture has no answers of ${version.body.gitVersion}`);

let differing = 0;
for (const [index, item] of fixture.cases.entries()) {
  const expected = outcomes[answers[index] ?? -1];
  if (!expected) continue;
  const [live, oracle] = [refusedFields(await sendCase(item), known), expected.map(([field]) => field)].map(fields =>
    [...new Set(fields)].sort().join(),
  );
  if (live === oracle) continue;
  differing++;
  console.log(JSON.stringify({ ...item, live, oracle }));
}
console.log(`${fixture.cases.length} cases sent to ${version.body.gitVersion}, ${differing} judged differently`);
process.exitCode = differing > 0 ? 1 : 0;
