import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { advise } from '../../src/cli/advise.ts';
import { explain } from '../../src/cli/explain.ts';
import { SAMPLE_CLUSTER } from '../../src/cli/sample.ts';
import { readManifests } from '../../src/cluster/manifests/manifest.ts';
import { percent } from '../../src/report/percent.ts';
import { file, run } from './terminal.ts';

const SAMPLE = ['--topology', SAMPLE_CLUSTER];

/** The sample as JSON, which is read much faster, for tests that run many commands. */
function sampleAsJson(): string {
  const yaml = {
    name: 'cluster.yaml',
    text: readFileSync(SAMPLE_CLUSTER, 'utf8'),
    unknownDocuments: 'refuse',
  } as const;
  const items = readManifests(yaml).map(({ raw }) => raw);
  return file(JSON.stringify({ kind: 'List', apiVersion: 'v1', items }), 'cluster.json');
}

interface Figure {
  readonly value: number;
  readonly explain: string;
}

interface AdvisedService {
  readonly namespace: string;
  readonly name: string;
  readonly advice: 'keep' | 'change' | 'none';
  readonly because?: string;
  readonly patch: { readonly patch: object; readonly command: string } | null;
  readonly settings: readonly {
    readonly name: string;
    readonly today: {
      readonly lost: number;
      readonly inZone: number;
      readonly onNode: number;
      readonly explain: string;
    };
    readonly worst: { readonly inZone: Figure; readonly busiest: Figure } | null;
    readonly rejected: { readonly reason: string; readonly text: string; readonly explain?: string } | null;
  }[];
}

async function adviceFor(...args: readonly string[]): Promise<readonly AdvisedService[]> {
  const { out } = await run(advise, [...args, '-o', 'json']);
  return JSON.parse(out).services;
}

/** The row `as above` of a printed command: lose traffic, stays in zone, on node, busiest endpoint. */
async function figuresOf(command: string) {
  const [, , ...args] = command.split(' ');
  const { out } = await run(explain, args);
  const row = /^ +as above +(none|\d+ of \d+) +(\S+ %) +(\S+ %) +(\S+)/m.exec(out);
  if (!row) throw new Error(`${command} prints no figures`);
  return { loses: row[1] !== 'none', inZone: row[2], onNode: row[3], busiest: row[4] };
}

describe('advise --all on the bundled cluster', () => {
  test('prints only figures that explain shows under the printed flags', async () => {
    const services = await adviceFor('--all', '--topology', sampleAsJson());
    const settings = services.flatMap(service => service.settings);
    expect(settings.length).toBeGreaterThan(30);
    for (const { today, worst, rejected } of settings) {
      const shown = await figuresOf(today.explain);
      const { inZone, onNode, loses } = shown;
      expect([inZone, onNode, loses]).toEqual([percent(today.inZone), percent(today.onNode), today.lost > 0]);
      if (worst) {
        expect((await figuresOf(worst.inZone.explain)).inZone).toBe(percent(worst.inZone.value));
        expect((await figuresOf(worst.busiest.explain)).busiest).toBe(worst.busiest.value.toFixed(1));
      }
      if (rejected?.reason === 'loses-traffic') expect((await figuresOf(rejected.explain ?? '')).loses).toBe(true);
    }
  });

  test('advises no setting that loses traffic, and names what is missing if it cannot tell', async () => {
    const services = await adviceFor('--all', ...SAMPLE);
    const advised = services.flatMap(({ settings }) => settings.filter(({ rejected }) => rejected === null));
    expect(advised.length).toBeGreaterThan(8);
    expect(advised.every(({ today, worst }) => today.lost === 0 && worst !== null)).toBe(true);
    const legacy = services.find(({ name }) => name === 'legacy');
    expect(legacy).toMatchObject({ advice: 'none', because: 'unknown' });
  });

  test('prints its decision, the commands that check it and the reasons against the others', async () => {
    const { out, exit } = await run(advise, ['shop/payments', 'ingress/legacy', 'shop/newsletter', ...SAMPLE]);
    expect(exit).toBe(0);
    expect(out.replaceAll(SAMPLE_CLUSTER, 'sample/cluster.yaml')).toMatchInlineSnapshot(`
      "data plane: kube-proxy (assumed): no object shows it
      Kubernetes 1.37 (assumed: from the Nodes' kubelets)
      shop/payments  change to Cluster + PreferSameZone
        today       Cluster: 31 % in its zone, 11 % on its node, busiest endpoint 1.0 x the mean
        advised     Cluster + PreferSameZone: 93 % in its zone, 33 % on its node, busiest endpoint 1.3 x the mean
        worst case  53 % in its zone when the Pod 10.244.2.15 is gone
                    busiest endpoint 1.5 x the mean when worker-a1 is down (2.0 allowed)
        patch       kubectl patch service payments -n shop --type=merge -p '{"spec":{"trafficDistribution":"PreferSameZone"}}'
        check       zonewise explain shop/payments --topology sample/cluster.yaml --set spec.trafficDistribution=PreferSameZone
                    zonewise explain shop/payments --topology sample/cluster.yaml --set spec.trafficDistribution=PreferSameZone --pod-lost 10.244.2.15
                    zonewise explain shop/payments --topology sample/cluster.yaml --set spec.trafficDistribution=PreferSameZone --node-down worker-a1
        not advised Cluster: keeps 31 % of the traffic in its zone
                    Cluster + PreferSameNode: brings no more
                    Local: loses 67 % of the traffic today
        assumed     deployment/payments keeps its number of Pods: the topology has no HorizontalPodAutoscaler for it
        assumed     the Pods of deployment/payments stay spread as today: no constraint makes the scheduler spread them over zones

      ingress/legacy  no advice: too little is known
        missing     the workload of its Pods is not known, so neither are its rollouts and its autoscaler: add kubectl get deployments,statefulsets,daemonsets,replicasets,hpa -A -o yaml to --topology

      shop/newsletter  no advice: the traffic fields have no effect
        reason      it is an ExternalName, which has no endpoints
      "
    `);
  });

  test('-o patch prints one command for each change', async () => {
    const { out } = await run(advise, ['shop/payments', 'monitoring/otel-agent', ...SAMPLE, '-o', 'patch']);
    expect(out.replaceAll(/^#.*\n/gm, '')).toBe(
      `kubectl patch service payments -n shop --type=merge -p '{"spec":{"trafficDistribution":"PreferSameZone"}}'\n`,
    );
  });

  test('offers a change of the workload that makes a better setting safe', async () => {
    const { out } = await run(advise, ['shop/web', 'shop/images', ...SAMPLE]);
    expect(
      out.match(/better with 9 Pods spread evenly over the zones: Cluster \+ PreferSameZone is then safe/g),
    ).toHaveLength(2);
    expect(out).toContain(
      `kubectl patch horizontalpodautoscaler web -n shop --type=merge -p '{"spec":{"minReplicas":9}}'`,
    );
    expect(out).toContain('"topologySpreadConstraints":[{"topologyKey":"topology.kubernetes.io/zone","maxSkew":1');
  });

  test('--max-load decides how uneven the load may be', async () => {
    const [strict] = await adviceFor('shop/payments', ...SAMPLE, '--max-load', '1.2');
    expect(strict?.advice).toBe('keep');
  });
});

describe('advise', () => {
  test.each([
    [
      ['shop/web', '--max-load', '0.5'],
      '--max-load 0.5: expected a number from 1 to 9999, with at most 4 decimals, such as 1.5',
    ],
    [['shop/wep'], 'no Service shop/wep in this cluster; did you mean shop/web?'],
    [[], 'name a Service as NAMESPACE/NAME or svc/NAME, or give --all'],
  ])('rejects %j', async (args, message) => {
    await expect(run(advise, [...args, ...SAMPLE])).rejects.toThrow(message);
  });

  test('gives no advice for one Pod, as every setting loses its traffic with it', async () => {
    const one = file(`kind: Node
apiVersion: v1
metadata: { name: n1, labels: { topology.kubernetes.io/zone: zone-a } }
status: { allocatable: { cpu: "4" }, conditions: [{ type: Ready, status: "True" }] }
---
kind: Service
apiVersion: v1
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
---
kind: Deployment
apiVersion: apps/v1
metadata: { name: web }
spec: { selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: {} } }
---
kind: Pod
apiVersion: v1
metadata: { name: web-1, labels: { app: web } }
spec: { nodeName: n1 }
status: { podIP: 10.0.0.1, conditions: [{ type: Ready, status: "True" }] }
`);
    const [web] = await adviceFor('default/web', '--topology', one);
    expect(web).toMatchObject({ advice: 'none', because: 'unsafe', patch: null });
    expect(web?.settings.map(({ rejected }) => rejected?.reason)).toEqual(Array(4).fill('loses-traffic'));
  });
});
