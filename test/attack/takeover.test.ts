// The rights of an attacker with the token of the controller's ServiceAccount.
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findHelm } from '../chart/helm.ts';
import { type ApiClient, ApiError, createApiClient } from '../e2e/api-client.ts';
import { announceSkipped, findAssets } from '../e2e/assets.ts';
import { type ChartEnvironment, startChartEnvironment } from '../e2e/chart/environment.ts';
import { accountKubeconfig, chartFlags, NAMESPACE, REPORTED, VALIDATING } from '../e2e/chart/release.ts';
import { eventually } from '../e2e/waiting.ts';

const SECRETS = `/api/v1/namespaces/${NAMESPACE}/secrets`;
const ACCOUNT = 'zonewise-controller';

interface Configuration {
  readonly webhooks: readonly {
    readonly clientConfig: { readonly caBundle?: string };
    readonly rules: readonly object[];
  }[];
}

const found = await findAssets(['etcd', 'kube-apiserver', 'kube-controller-manager', 'kubectl']);
const helm = found.kind === 'ready' ? await findHelm({ build: true }) : found;
if (helm.kind === 'missing') announceSkipped('a taken-over controller (npm run test:attack)', helm.why);

describe.skipIf(helm.kind === 'missing')("the controller's account, taken over,", () => {
  let lab: ChartEnvironment;
  let attacker: ApiClient;

  beforeAll(async () => {
    if (found.kind !== 'ready' || helm.kind !== 'ready' || !('path' in helm)) return;
    lab = await startChartEnvironment(found.assets, helm.path);
    const config = { audit: { reports: { kind: 'Report' } } };
    expect(await lab.helm('install', ...chartFlags({ config }))).toMatchObject({ code: 0, stderr: '' });
    await lab.start(ACCOUNT);
    await eventually('a caBundle', async () => (await configuration()).webhooks[0]?.clientConfig.caBundle);
    const { users } = JSON.parse(await readFile(await accountKubeconfig(lab.plane, ACCOUNT, lab.plane.url), 'utf8'));
    attacker = createApiClient(lab.plane.url, lab.plane.authority.cert, users[0].user.token);
    // The API server compiles new policies in the background.
    const probe = async () => attacker.put(`${VALIDATING}?dryRun=All`, { ...(await configuration()), webhooks: [] });
    await eventually('the policies to apply', () => denialOf(probe), {
      enough: message => message.includes('nothing but caBundle'),
    });
  });
  afterAll(() => lab?.stop());

  const configuration = async () => (await lab.plane.api.get(VALIDATING)) as Configuration;
  const update = async (change: (object: Configuration) => object) =>
    attacker.put(VALIDATING, change((await attacker.get(VALIDATING)) as Configuration));
  const changeWebhook = (change: object) =>
    update(object => ({ ...object, webhooks: object.webhooks.map(webhook => ({ ...webhook, ...change })) }));
  /** The API server's message, or `allowed`. */
  const denialOf = (call: () => Promise<unknown>) =>
    call().then(
      () => 'allowed',
      error => (error instanceof ApiError ? error.message : Promise.reject(error)),
    );

  test.each<readonly [string, () => Promise<unknown>]>([
    ['send reviews to another URL', () => changeWebhook({ clientConfig: { url: 'https://attacker.example' } })],
    [
      'review every resource',
      () =>
        changeWebhook({
          rules: [{ apiGroups: ['*'], apiVersions: ['*'], resources: ['*/*'], operations: ['*'], scope: '*' }],
        }),
    ],
    ['block everything', () => changeWebhook({ failurePolicy: 'Fail' })],
    ['drop a condition', () => changeWebhook({ matchConditions: undefined })],
    ['include the excluded namespaces', () => changeWebhook({ namespaceSelector: {} })],
    [
      'add a webhook',
      () => update(object => ({ ...object, webhooks: [...object.webhooks, { ...object.webhooks[0], name: 'b.b.b' }] })),
    ],
    ['remove the webhook', () => update(object => ({ ...object, webhooks: [] }))],
  ])('cannot %s', async (_what, attack) => {
    expect(await denialOf(attack)).toContain('may change nothing but caBundle');
  });

  test.each(['zonewise-ca', 'zonewise-tls', 'other'])(
    'cannot mint the token of an account as Secret %s',
    async name => {
      await lab.process(ACCOUNT).stop();
      await lab.plane.api.remove(`${SECRETS}/${name}`);
      const annotations = { 'kubernetes.io/service-account.name': ACCOUNT };
      const token = { metadata: { name, annotations }, type: 'kubernetes.io/service-account-token' };
      expect(await denialOf(() => attacker.post(SECRETS, token))).toContain('its two Secrets with their types only');
      // The control: without the policy it can.
      await lab.plane.api.post(`${SECRETS}?dryRun=All`, token);
      await lab.process(ACCOUNT).start();
    },
  );

  const reports = `/apis/openreports.io/v1alpha1/namespaces/${REPORTED}/reports`;
  const reportOf = (metadata: object) => ({ apiVersion: 'openreports.io/v1alpha1', kind: 'Report', metadata });

  test.each<readonly [string, object, string]>([
    ['write a report of another name', { name: 'other' }, 'may write no reports but its own'],
    ['block the removal of a namespace', { name: 'zonewise', finalizers: ['a.example/b'] }, 'may not set finalizers'],
  ])('cannot %s', async (_what, metadata, message) => {
    await eventually('the denial', () => denialOf(() => attacker.post(`${reports}?dryRun=All`, reportOf(metadata))), {
      enough: answer => answer.includes(message),
    });
    // The control: without the policy it can.
    await lab.plane.api.post(`${reports}?dryRun=All`, reportOf(metadata));
  });

  test('cannot read, change or delete the reports of others, or add a finalizer to its own', async () => {
    await lab.plane.api.post(reports, reportOf({ name: 'other' }));
    const forbidden = /403 .*cannot (?:get|list|update|delete) resource/;
    expect(await denialOf(() => attacker.get(`${reports}/other`))).toMatch(forbidden);
    expect(await denialOf(() => attacker.get(reports))).toMatch(forbidden);
    expect(await denialOf(() => attacker.put(`${reports}/other`, reportOf({ name: 'other' })))).toMatch(forbidden);
    expect(await denialOf(() => attacker.remove(`${reports}/other`))).toMatch(forbidden);
    expect(await denialOf(() => attacker.post(reports, reportOf({ name: 'zonewise' })))).toBe('allowed');
    const held = { ...((await attacker.get(`${reports}/zonewise`)) as { metadata: object }) };
    const finalizers = ['a.example/b'];
    const change = { ...held, metadata: { ...held.metadata, finalizers } };
    expect(await denialOf(() => attacker.put(`${reports}/zonewise`, change))).toContain('may not set finalizers');
    expect(await denialOf(() => attacker.remove(`${reports}/zonewise`))).toBe('allowed');
  });

  test('can do what the controller does: change caBundle and renew its Secrets', async () => {
    const caBundle = Buffer.from(lab.plane.authority.cert).toString('base64');
    expect(
      await denialOf(() =>
        update(object => ({
          ...object,
          webhooks: object.webhooks.map(hook => ({ ...hook, clientConfig: { ...hook.clientConfig, caBundle } })),
        })),
      ),
    ).toBe('allowed');
    // The running controller restores it, and both Secrets after they are deleted.
    await eventually('its own caBundle', async () => (await configuration()).webhooks[0]?.clientConfig.caBundle, {
      enough: bundle => bundle !== caBundle,
    });
    for (const name of ['zonewise-tls', 'zonewise-ca']) {
      await lab.plane.api.remove(`${SECRETS}/${name}`);
      await eventually(`a new ${name}`, () => lab.plane.api.get(`${SECRETS}/${name}`));
    }
  });
});
