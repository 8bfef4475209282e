import { RULES } from '../rules/index.ts';
import { DEFAULT_EXCLUDED_TAINTS } from '../topology/client-nodes.ts';

/** Helm and kubectl read a bare `off` as YAML 1.1 does, which makes it false. */
const LEVEL = { enum: ['off', 'info', 'warn', 'deny', false] };
const DURATION = {
  type: 'string',
  pattern: '^\\d+(ms|s|m|h)$',
  'x-expected': 'a duration such as 500ms, 60s, 5m or 1h',
};

/** A name of a Kubernetes object. */
const NAME = {
  type: 'string',
  pattern: '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$',
  'x-expected': 'a name of lower case letters, digits, dashes and dots',
};

/** A rule is set by its level alone, or by its level and its own numbers. */
const RULE_SETTINGS = {
  type: 'object',
  additionalProperties: false,
  description: 'Rules by id: a level, or a level and the rule’s own numbers.',
  properties: Object.fromEntries(
    RULES.map(rule => [
      rule.id,
      {
        description: `${rule.summary}. Default: ${rule.level}.`,
        anyOf: [
          LEVEL,
          {
            type: 'object',
            additionalProperties: false,
            properties: {
              level: LEVEL,
              ...Object.fromEntries(
                Object.entries(rule.options ?? {}).map(([name, value]) => [name, { type: 'number', default: value }]),
              ),
            },
          },
        ],
      },
    ]),
  ),
};

/** One line of a label selector, with the meaning that Kubernetes gives it. */
const MATCH_EXPRESSION = {
  type: 'object',
  additionalProperties: false,
  required: ['key', 'operator'],
  properties: {
    key: { type: 'string', minLength: 1 },
    operator: { enum: ['In', 'NotIn', 'Exists', 'DoesNotExist'] },
    values: { type: 'array', items: { type: 'string' } },
  },
  if: { required: ['operator'], properties: { operator: { enum: ['In', 'NotIn'] } } },
  // biome-ignore lint/suspicious/noThenProperty: JSON Schema's own keyword
  then: {
    required: ['values'],
    'x-expected': 'the values that In and NotIn compare with',
    properties: { values: { minItems: 1, 'x-expected': 'the values that In and NotIn compare with' } },
  },
  else: {
    if: { required: ['operator'], properties: { operator: { enum: ['Exists', 'DoesNotExist'] } } },
    // biome-ignore lint/suspicious/noThenProperty: JSON Schema's own keyword
    then: { properties: { values: { maxItems: 0, 'x-expected': 'no values with Exists and DoesNotExist' } } },
  },
};

const MATCH = {
  type: 'object',
  additionalProperties: false,
  description: 'Which Services; every part given must match.',
  properties: {
    namespaces: { type: 'array', items: { type: 'string', minLength: 1 }, description: 'Names, or globs with *.' },
    namespaceSelector: {
      type: 'object',
      additionalProperties: false,
      description: "A label selector for the namespace's labels.",
      properties: {
        matchLabels: {
          type: 'object',
          additionalProperties: { type: 'string' },
          description: 'Labels with exactly these values.',
        },
        matchExpressions: {
          type: 'array',
          items: MATCH_EXPRESSION,
          description: 'Key, operator (In, NotIn, Exists, DoesNotExist) and values, as in Kubernetes.',
        },
      },
    },
    types: {
      type: 'array',
      items: { enum: ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'] },
      description: 'Types of Services.',
    },
  },
};

/** JSON Schema of the configuration file. */
export const CONFIG_SCHEMA = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'zonewise configuration',
  type: 'object',
  additionalProperties: false,
  required: ['apiVersion', 'kind'],
  properties: {
    apiVersion: { const: 'zonewise.dev/v1alpha1' },
    kind: { const: 'Config' },
    rules: RULE_SETTINGS,
    overrides: {
      type: 'array',
      description: 'Other settings for some Services; the last block that matches and speaks of a rule wins.',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['match', 'rules'],
        properties: { match: MATCH, rules: RULE_SETTINGS },
      },
    },
    defaults: {
      type: 'array',
      description: 'Fields that /mutate fills in on CREATE where the author left them unset. Nothing by default.',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['match', 'set'],
        properties: {
          match: MATCH,
          set: {
            type: 'object',
            additionalProperties: false,
            minProperties: 1,
            description: 'Fields and the value that each gets.',
            properties: {
              trafficDistribution: {
                enum: ['PreferClose', 'PreferSameZone', 'PreferSameNode'],
                description: 'Where the version has the value, and nothing on the Service contradicts it.',
              },
              internalTrafficPolicy: {
                enum: ['Cluster', 'Local'],
                description: 'The API server fills in Cluster before any webhook: needs overApiDefault.',
              },
              externalTrafficPolicy: {
                enum: ['Cluster', 'Local'],
                description: 'Services reachable from outside only; needs overApiDefault as above.',
              },
            },
          },
          overApiDefault: {
            type: 'boolean',
            default: false,
            description: 'Also replace Cluster, which the API server fills in and which an author may have written.',
          },
        },
      },
    },
    dataplane: {
      enum: ['auto', 'kube-proxy', 'ipvs', 'cilium', 'other'],
      default: 'auto',
      description: 'What routes Service traffic; auto reads it off the cluster.',
    },
    clientNodes: {
      type: 'object',
      additionalProperties: false,
      description: 'Which nodes count as clients.',
      properties: {
        minAge: {
          ...DURATION,
          default: '60s',
          description: 'A younger node is still waiting for its DaemonSet Pods and does not count.',
        },
        excludeTaints: {
          type: 'array',
          items: { type: 'string', minLength: 1 },
          default: DEFAULT_EXCLUDED_TAINTS,
          description:
            'Keys of NoSchedule and NoExecute taints whose nodes do not count; prefix/* is any key with that prefix. Replaces the default list.',
        },
        selector: {
          type: 'string',
          default: '',
          description: 'A label selector as kubectl takes it: only such nodes count. Empty: all.',
        },
      },
    },
    names: { enum: ['full', 'counts-only'], default: 'full', description: 'counts-only: no node names in warnings.' },
    annotationsMaySilenceDeny: {
      type: 'boolean',
      default: false,
      description: 'Whether zonewise.dev/ignore on a Service may silence a finding at level deny.',
    },
    certificates: {
      type: 'object',
      additionalProperties: false,
      description: 'The serving certificate. The controller makes and renews it in mode self-managed only.',
      properties: {
        mode: {
          enum: ['self-managed', 'cert-manager', 'existing-secret'],
          default: 'self-managed',
          description: 'Who makes and renews it: the controller, cert-manager, or you.',
        },
        secret: { ...NAME, default: 'zonewise-tls', description: 'Secret of the leaf, mounted by the serving Pods.' },
        caSecret: { ...NAME, default: 'zonewise-ca', description: 'Secret of the CA, read by the controller only.' },
        service: { ...NAME, default: 'zonewise', description: 'Service that the API server dials.' },
        leafValidity: {
          ...DURATION,
          default: '2160h',
          description: 'How long a serving certificate is valid; renewed at two thirds of it.',
        },
        caValidity: {
          ...DURATION,
          default: '8760h',
          description: 'How long a CA is valid; renewed at two thirds of it.',
        },
      },
    },
    webhooks: {
      type: 'object',
      additionalProperties: false,
      description: 'Names of the webhook configurations whose caBundle the controller keeps.',
      properties: {
        validating: { ...NAME, default: 'zonewise', description: 'ValidatingWebhookConfiguration.' },
        mutating: { ...NAME, default: 'zonewise', description: 'MutatingWebhookConfiguration.' },
      },
    },
    audit: {
      type: 'object',
      additionalProperties: false,
      description: "The controller's audit of all Services.",
      properties: {
        debounce: {
          ...DURATION,
          default: '2s',
          description: 'How long a change waits for others before Services are judged anew.',
        },
        listen: {
          type: 'string',
          pattern: '^$|^[^\\s]+:\\d{1,5}$',
          'x-expected': 'host:port, or nothing',
          default: '127.0.0.1:8081',
          description: 'Address of the findings listener; empty for none.',
        },
      },
    },
    page: {
      type: 'object',
      additionalProperties: false,
      description: "The topology page of the controller's leader, for kubectl port-forward.",
      properties: {
        listen: {
          type: 'string',
          pattern: '^$|^(127\\.0\\.0\\.1|\\[::1\\]):\\d{1,5}$',
          'x-expected': 'a loopback address such as 127.0.0.1:8082, or nothing',
          default: '',
          description: 'Loopback address of the page, such as 127.0.0.1:8082; empty for none.',
        },
      },
    },
    serving: {
      type: 'object',
      additionalProperties: false,
      description: 'How the webhook serves.',
      properties: {
        drainDelay: { ...DURATION, default: '5s', description: 'How long to go on serving after SIGTERM.' },
        maxConcurrent: {
          type: 'integer',
          minimum: 1,
          default: 256,
          description: 'Reviews under way at once; those above are judged without looking for Pods.',
        },
        clientCA: {
          type: 'string',
          default: '',
          description: "File with the CA of the API server's client certificate; empty: not checked.",
        },
      },
    },
  },
};
