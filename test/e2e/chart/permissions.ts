import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import { describe, expect, test } from 'vitest';
import { asList, asObject } from '../../../src/model/raw.ts';
import { describeRight, type Right, rights } from '../../chart/rights.ts';
import { eventually } from '../waiting.ts';
import { type Asked, askedBy, covers } from './asked-rights.ts';
import type { Account, ChartEnvironment } from './environment.ts';
import type { Recorded } from './recording-proxy.ts';
import { accountKubeconfig, addReported, NAMESPACE, REPORT, REPORTED, rbacOf } from './release.ts';

const ACCOUNTS = ['zonewise', 'zonewise-controller'] as const;
const SECRETS = `/api/v1/namespaces/${NAMESPACE}/secrets`;

export function permissionCases(lab: () => ChartEnvironment): void {
  const requestedRights = (account: Account): readonly (Recorded & { readonly requested: Asked })[] =>
    lab().proxies[account].requests.flatMap(sent => {
      const rights = askedBy(sent);
      return rights ? [{ ...sent, requested: rights }] : [];
    });
  const granted = async (account: Account): Promise<readonly Right[]> => rights(await rbacOf(lab().plane), account);

  describe('the permissions of the chart', () => {
    test('are all needed by the actions of the controller', async () => {
      const { api, kubectl } = lab().plane;
      const local = { selector: { app: 'web' }, ports: [{ port: 80 }], internalTrafficPolicy: 'Local' };
      await api.post('/api/v1/namespaces/shop/services', { metadata: { name: 'audited' }, spec: local });
      const events = ['get', 'events', '-n', 'shop', '-o', 'jsonpath={.items[*].reason}'];
      const listEvents = async (): Promise<string> => (await kubectl(events)).stdout;
      await eventually('an Event', listEvents, {
        enough: text => text.includes('LocalPolicyUncoveredNodes'),
        timeoutMs: 90_000,
      });
      await reportThrice(lab());
      await breakSecret(lab(), 'zonewise-tls', 'tls.crt');
      await breakSecret(lab(), 'zonewise-ca', 'ca.crt');
    });

    test.each(ACCOUNTS)('of %s cover every request and are all used', async account => {
      const seen = requestedRights(account);
      expect(seen.filter(({ status }) => status === 403).map(({ method, path }) => `${method} ${path}`)).toEqual([]);
      const unused = (await granted(account)).filter(right => !seen.some(sent => covers(right, sent.requested)));
      expect(unused.map(describeRight)).toEqual([]);
    });

    test.each(ACCOUNTS)('of %s are each necessary', async account => {
      const kubeconfig = await accountKubeconfig(lab().plane, account, lab().plane.url);
      for (const right of await granted(account)) {
        const sent = requestedRights(account).find(one => covers(right, one.requested));
        if (!sent) throw new RangeError(`nothing asked for: ${describeRight(right)}`);
        expect([describeRight(right), await isRefused(lab(), kubeconfig, sent)]).toEqual([describeRight(right), false]);
        const restore = await without(lab(), right);
        await eventually(`${account} to be refused without: ${describeRight(right)}`, () =>
          isRefused(lab(), kubeconfig, sent),
        );
        await restore();
        await eventually(`${account} to be let in again: ${describeRight(right)}`, async () =>
          (await isRefused(lab(), kubeconfig, sent)) ? null : 'let in',
        );
      }
    });

    test('of the webhook must include the watch on Nodes, else it is not ready and reports the reason', async () => {
      const webhook = lab().process('zonewise');
      await webhook.stop();
      const right = (await granted('zonewise')).find(({ verb, resource }) => verb === 'list' && resource === 'nodes');
      if (!right) throw new RangeError('no right to list nodes');
      const restore = await without(lab(), right);
      const ready = webhook.start();
      const reported = await eventually(
        'a reason',
        async () => (await fetch(`http://127.0.0.1:${webhook.opsPort}/readyz`)).text(),
        { enough: text => text.includes('nodes:') },
      );
      expect(reported).toMatch(/nodes: .*cannot list resource/);
      await restore();
      await ready;
    });
  });
}

/** Makes the controller write a report, change it and delete it. */
async function reportThrice({ plane }: ChartEnvironment): Promise<void> {
  const report = async (): Promise<string> => JSON.stringify(await plane.api.get(REPORT));
  const within = { timeoutMs: 90_000 };
  await addReported(plane, 'first');
  await eventually('a report', report, { ...within, enough: text => text.includes('"first"') });
  await addReported(plane, 'second');
  await eventually('another result', report, { ...within, enough: text => text.includes('"second"') });
  for (const name of ['first', 'second']) await plane.api.remove(`/api/v1/namespaces/${REPORTED}/services/${name}`);
  const exists = (): Promise<boolean> =>
    report().then(
      () => true,
      () => false,
    );
  await eventually('no report', exists, { ...within, enough: found => !found });
}

/** Corrupts one field and waits until the controller has replaced it. */
async function breakSecret({ plane }: ChartEnvironment, name: string, field: string): Promise<void> {
  const broken = Buffer.from('broken').toString('base64');
  await plane.api.patch(`${SECRETS}/${name}`, { data: { [field]: broken } });
  await eventually(`${name} to be mended`, async () => {
    const { data } = (await plane.api.get(`${SECRETS}/${name}`)) as { data: Readonly<Record<string, string>> };
    return data[field] !== broken;
  });
}

/** Removes one permission from its role and keeps all others. Returns a function that restores it. */
async function without({ plane }: ChartEnvironment, right: Right): Promise<() => Promise<unknown>> {
  const { kind, metadata, rules } = right.from.role;
  const scope = metadata.namespace === undefined ? '' : `namespaces/${metadata.namespace}/`;
  const path = `/apis/rbac.authorization.k8s.io/v1/${scope}${kind.toLowerCase()}s/${metadata.name}`;
  const others = asList(rules).flatMap((rule, index) =>
    index === right.from.rule ? splitWithout(rule, right) : [rule],
  );
  await plane.api.patch(path, { rules: others });
  return () => plane.api.patch(path, { rules });
}

function splitWithout(raw: unknown, right: Right): readonly object[] {
  const rule = asObject(raw);
  const names = asList(rule['resourceNames']);
  const kept: object[] = [];
  for (const name of names.length > 0 ? names : [null]) {
    for (const resource of asList(rule['resources'])) {
      for (const verb of asList(rule['verbs'])) {
        if (verb === right.verb && resource === right.resource && (name ?? '') === right.name) continue;
        const named = name === null ? {} : { resourceNames: [name] };
        kept.push({ apiGroups: rule['apiGroups'], resources: [resource], verbs: [verb], ...named });
      }
    }
  }
  return kept;
}

/**
 * Repeats the request, directly to the API server and without a body: with the permission, the API server reports an
 * invalid request.
 */
async function isRefused({ plane }: ChartEnvironment, kubeconfig: string, sent: Recorded): Promise<boolean> {
  const { users } = JSON.parse(await readFile(kubeconfig, 'utf8'));
  const headers = { authorization: `Bearer ${users[0].user.token}`, 'content-type': 'application/json' };
  const options = { method: sent.method, headers, ca: plane.authority.cert, timeout: 10_000 };
  return new Promise((resolve, reject) => {
    const again = request(new URL(sent.path, plane.url), options, answer => {
      resolve(answer.statusCode === 403);
      answer.destroy();
    });
    again.on('error', reject);
    again.end();
  });
}
