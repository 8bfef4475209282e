import type { Level } from '../src/model/finding.ts';

/** `zone-about-to-vanish` → `zoneAboutToVanish` */
export function variableOf(id: string): string {
  return id.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** A rule that compiles and fires only for a Service named `todo`. Its check must be written. */
export function ruleTemplate(id: string, level: Level): string {
  return `import { isProxied } from '../model/service.ts';
import type { Rule } from './rule.ts';

export const ${variableOf(id)}: Rule = {
  id: '${id}',
  level: '${level}',
  // TODO: the needs of the rule, such as 'nodes' and 'endpoints'; rule.ts lists them.
  needs: [],
  summary: 'TODO one line that says what is wrong, without a full stop',
  why: 'TODO what kube-proxy or the EndpointSlice controller does, and which traffic is affected.',
  fix: 'TODO what to change.',
  example: \`apiVersion: v1
kind: Service
metadata: { name: todo }
spec:
  selector: { app: todo }
  ports: [{ port: 80 }]
\`,
  source: 'TODO file and function that decide, v1.37.1',
  appliesTo: service => isProxied(service),
  *check({ service }) {
    // TODO: the check; yield one draft per finding, and none if the facts are uncertain.
    if (service.name !== 'todo') return;
    yield {
      message: () => 'TODO what, where, the consequence; the fix',
      path: 'spec.trafficDistribution',
    };
  },
};
`;
}

export function fixtureTemplate(service: string, description: string): string {
  return `# ${description}
# cluster: three-nodes
apiVersion: v1
kind: Service
metadata: { name: ${service} }
spec:
  selector: { app: ${service} }
  ports: [{ port: 80 }]
---
# topology
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: ${service}-1
  labels: { kubernetes.io/service-name: ${service}, endpointslice.kubernetes.io/managed-by: endpointslice-controller.k8s.io }
addressType: IPv4
ports: [{ port: 80 }]
endpoints:
  - { addresses: [10.0.1.1], nodeName: node-a, conditions: { ready: true } }
  - { addresses: [10.0.1.2], nodeName: node-b, conditions: { ready: true } }
  - { addresses: [10.0.1.3], nodeName: node-c, conditions: { ready: true } }
`;
}

/**
 * The list of rules with one more: the import in Biome's order, the entry at the end. Throws if the list cannot be
 * parsed.
 */
export function withRule(index: string, id: string): string {
  const lines = index.split('\n');
  const line = `import { ${variableOf(id)} } from './${id}.ts';`;
  const imports = lines.filter(text => text.startsWith('import '));
  const next = imports.find(text => sourceOf(text) > sourceOf(line));
  const at = next ? lines.indexOf(next) : lines.indexOf(imports.at(-1) ?? '') + 1;
  const end = lines.indexOf('];');
  if (imports.length === 0 || end < 0)
    throw new Error('src/rules/index.ts: expected imports and a list that ends in ];');
  return lines
    .toSpliced(end, 0, `  ${variableOf(id)},`)
    .toSpliced(at, 0, line)
    .join('\n');
}

function sourceOf(line: string): string {
  return /'\.\/(.*)\.ts'/.exec(line)?.[1] ?? '';
}
