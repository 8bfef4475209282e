import { describe, expect, test } from 'vitest';
import { announceSkipped } from '../e2e/assets.ts';
import { faultsOf } from './consistency.ts';
import { findHelm } from './helm.ts';
import { RELEASE, render } from './rendered.ts';

const found = await findHelm({ build: false });
if (found.kind === 'missing') announceSkipped('values that the chart refuses (test/chart/refused.test.ts)', found.why);
const helm = found.kind === 'ready' ? found.path : '';

const REFUSED: readonly {
  readonly fact: string;
  readonly values: Record<string, unknown>;
  readonly expected: RegExp;
}[] = [
  { fact: 'an unknown value', values: { replicas: 3 }, expected: /additional properties 'replicas' not allowed/ },
  {
    fact: 'an unknown value further down',
    values: { serve: { cpu: 1 } },
    expected: /serve.*additional properties 'cpu'/s,
  },
  {
    fact: 'a CPU limit',
    values: { serve: { resources: { limits: { cpu: '1', memory: '1Gi' } } } },
    expected: /limits.*'cpu'/s,
  },
  {
    fact: 'no memory limit',
    values: { controller: { resources: { limits: { memory: null } } } },
    expected: /limits.*memory/s,
  },
  {
    fact: 'a rule that does not exist',
    values: { config: { rules: { typo: 'warn' } } },
    expected: /config.*rules.*'typo'/s,
  },
  {
    fact: 'a level that does not exist',
    values: { config: { rules: { 'endpoint-overload': 'loud' } } },
    expected: /endpoint-overload/,
  },
  {
    fact: 'a page that others could reach',
    values: { config: { page: { listen: '0.0.0.0:8082' } } },
    expected: /config.*page.*listen/s,
  },
  {
    fact: "the chart's own part of the configuration",
    values: { config: { certificates: {} } },
    expected: /config.*'certificates'/s,
  },
  {
    fact: 'every client of a CA',
    values: { serve: { clientCAConfigMap: 'api-server-ca' } },
    expected: /clientCAConfigMap needs config.serving.clientNames/,
  },
  {
    fact: 'another failurePolicy',
    values: { webhooks: { failurePolicy: 'Maybe' } },
    expected: /failurePolicy.*'Ignore', 'Fail'/s,
  },
  {
    fact: 'a webhook for workloads that denies while no replica answers',
    values: { webhooks: { workloads: { failurePolicy: 'Fail' } } },
    expected: /webhooks.*workloads.*'failurePolicy'/s,
  },
  {
    fact: 'a webhook for workloads with a misspelt switch',
    values: { config: { workloads: { enable: true } } },
    expected: /config.*workloads.*'enable'/s,
  },
  {
    fact: 'an existing Secret without a name',
    values: { certificates: { mode: 'existing-secret' } },
    expected: /certificates.*secret/s,
  },
  {
    fact: 'a CA for certificates that others make',
    values: { certificates: { caBundle: '-----BEGIN CERTIFICATE-----' } },
    expected: /caBundle/,
  },
  {
    fact: 'self-managed certificates without a controller',
    values: { controller: { replicas: 0 } },
    expected: /controller.*replicas/s,
  },
  { fact: 'a third controller', values: { controller: { replicas: 3 } }, expected: /replicas/ },
  {
    fact: "a flag that is the chart's own",
    values: { serve: { extraArgs: ['--port=9443'] } },
    expected: /serve\.extraArgs: the chart itself sets --port=9443/,
  },
  {
    fact: "a variable that is the chart's own",
    values: { controller: { extraEnv: [{ name: 'POD_NAME', value: 'x' }] } },
    expected: /controller\.extraEnv: the chart itself sets POD_NAME/,
  },
  {
    fact: "a volume with the name of the chart's own",
    values: { serve: { extraVolumes: [{ name: 'tls', emptyDir: {} }] } },
    expected: /serve\.extraVolumes: the chart itself has a volume tls/,
  },
  {
    fact: 'hooks of everything',
    values: { commonAnnotations: { 'helm.sh/hook': 'pre-install' } },
    expected: /helm\.sh\/hook would make a hook of every object/,
  },
  {
    fact: 'one account for both processes',
    values: { serve: { serviceAccount: { name: 'zonewise-controller' } } },
    expected: /the ServiceAccounts must differ, so that the webhook cannot write/,
  },
  {
    fact: "the namespace's default account by omission",
    values: { controller: { serviceAccount: { create: false } } },
    expected: /controller\.serviceAccount\.create: false needs controller\.serviceAccount\.name/,
  },
  {
    fact: 'an autoscaler with fewer replicas than it starts with',
    values: { serve: { autoscaling: { enabled: true, minReplicas: 4, maxReplicas: 3 } } },
    expected: /maxReplicas must not be lower than serve\.autoscaling\.minReplicas/,
  },
  {
    fact: 'an object selector with a typo',
    values: { webhooks: { objectSelector: { matchLabel: { a: 'b' } } } },
    expected: /objectSelector.*'matchLabel'/s,
  },
  { fact: 'a registry with a slash at its end', values: { image: { registry: 'example.com/' } }, expected: /registry/ },
  { fact: 'the operations port for the webhook', values: { serve: { port: 8080 } }, expected: /serve.*port/s },
];

describe.skipIf(found.kind === 'missing')('the chart rejects', () => {
  test.each(REFUSED)('$fact', async ({ values, expected }) => {
    await expect(render(helm, values)).rejects.toThrow(expected);
  });
});

/** Each entry breaks one thing. */
const SPOILED: readonly {
  readonly fact: string;
  readonly from: RegExp;
  readonly to: string;
  readonly fault: RegExp;
}[] = [
  { fact: 'a writable root', from: /"readOnlyRootFilesystem":true/, to: '"x":1', fault: /may write to its root/ },
  { fact: 'a CPU limit', from: /"limits":\{/, to: '"limits":{"cpu":"1",', fault: /the processor not/ },
  { fact: 'a subPath', from: /"mountPath"/, to: '"subPath":"x","mountPath"', fault: /subPath/ },
  {
    fact: 'a missing account',
    from: /"serviceAccountName":"zonewise"/,
    to: '"serviceAccountName":"y"',
    fault: /names y/,
  },
  { fact: 'another Secret', from: /"secretName":"zonewise-tls"/, to: '"secretName":"z"', fault: /another Secret/ },
  { fact: 'a port that is not open', from: /"targetPort":"webhook"/, to: '"targetPort":"w"', fault: /has no port w/ },
  { fact: 'itself under guard', from: /"kube-system","zonewise-system"/, to: '"kube-system"', fault: /guards itself/ },
  { fact: 'a bad configuration', from: /names: full/, to: 'names: none', fault: /./ },
];

let rendered: Promise<unknown> | undefined;

describe.skipIf(found.kind === 'missing')('the consistency check', () => {
  test.each(SPOILED)('reports $fact', async ({ from, to, fault }) => {
    rendered ??= render(helm, {});
    const spoiled = JSON.parse(JSON.stringify(await rendered).replace(from, to));
    expect(faultsOf(spoiled, RELEASE.namespace).join('\n')).toMatch(fault);
  });
});
