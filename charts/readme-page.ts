import { valuesTable } from './values-table.ts';

/** README.md of the chart, from the text of its values.yaml. */
export function readmePage(values: string): string {
  return `<!-- Generated from values.yaml by charts/generate.ts; do not edit. -->
# The zonewise chart

Installs the webhook (\`zonewise serve\`, reads only) and the controller (\`zonewise controller\`: certificates, audit).

\`\`\`sh
helm install zonewise charts/zonewise --namespace zonewise --create-namespace \\
  --set image.repository=YOUR-REGISTRY/zonewise
helm test zonewise --namespace zonewise
\`\`\`

Without Helm: put your registry before the image's name in [zonewise.yaml](../zonewise.yaml) and
\`kubectl apply --server-side -f charts/zonewise.yaml\`. It holds what \`helm template\` prints with default values.

## What is asked

The API server asks about a Service only where it has \`internalTrafficPolicy: Local\`, \`externalTrafficPolicy: Local\`,
\`trafficDistribution\`, a topology annotation or one of zonewise's own; \`matchConditions\` keep all others away. With
\`failurePolicy: Ignore\` and \`timeoutSeconds: 2\` a Service is never refused because zonewise is away. kube-system and the
release's namespace are left alone. The mutating webhook is registered only where \`config.defaults\` are given.

## Certificates

| \`certificates.mode\` | Secret with the key pair | caBundle of the webhooks |
|---|---|---|
| \`self-managed\` | made and renewed by the controller | written by the controller; the chart never sets it, so upgrades leave it |
| \`cert-manager\` | a Certificate, from a CA of the chart's own or \`certificates.issuerRef\` | injected by cert-manager |
| \`existing-secret\` | \`certificates.secret\` | its \`ca.crt\`, written by the controller, or \`certificates.caBundle\` |

## Removal

\`helm uninstall\` first runs a Job that removes the webhook configurations. Where its image cannot be had any more,
\`helm uninstall --no-hooks\` does without; Helm itself removes webhook configurations before anything else. The Secrets
that the controller made stay; the notes after an installation name them.

## Values

${valuesTable(values)}
`;
}
