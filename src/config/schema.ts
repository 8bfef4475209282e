import { RULES } from '../rules/index.ts';
import { DEFAULT_EXCLUDED_TAINTS } from '../topology/client-nodes.ts';
import { durationSchema } from './duration-schema.ts';
import { NAME } from './object-name.ts';
import { REPORTS_SCHEMA } from './reports.ts';

/** Helm and kubectl parse a bare `off` by YAML 1.1, which makes it false. */
const LEVEL = { enum: ['off', 'info', 'warn', 'deny', false] };

/** Whether a rule at level deny refuses a review that it could not evaluate. */
const UNDECIDED = {
  enum: ['allow', 'deny'],
  default: 'allow',
  description: 'At level deny, for a review in which the rule cannot be evaluated.',
};

/** A rule is set by a level, or by a level and the rule's own numeric options. */
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
              undecided: UNDECIDED,
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

/** One requirement of a label selector, as in Kubernetes. */
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
  description: 'Selects Services; all given conditions must match.',
  properties: {
    namespaces: {
      type: 'array',
      items: { type: 'string', pattern: '^[-a-z0-9*]+$', 'x-expected': 'the name of a namespace, or a glob with *' },
      description: 'Names, or globs with *.',
    },
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
      description: 'Service types.',
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
      description: 'Other settings for some Services; the last matching block that sets a rule wins.',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['match', 'rules'],
        properties: { match: MATCH, rules: RULE_SETTINGS },
      },
    },
    defaults: {
      type: 'array',
      description: 'Fields that /mutate sets on CREATE if the author left them unset. Default: none.',
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
            description: 'Fields and the value for each of them.',
            properties: {
              trafficDistribution: {
                enum: ['PreferClose', 'PreferSameZone', 'PreferSameNode'],
                description: 'Requires a version that supports the value, and nothing on the Service against it.',
              },
              internalTrafficPolicy: {
                enum: ['Cluster', 'Local'],
                description: 'The API server sets Cluster before any webhook runs: requires overApiDefault.',
              },
              externalTrafficPolicy: {
                enum: ['Cluster', 'Local'],
                description: 'Only Services reachable from outside; requires overApiDefault as above.',
              },
            },
          },
          overApiDefault: {
            type: 'boolean',
            default: false,
            description: 'Also replace Cluster, which the API server sets but an author may also have written.',
          },
        },
      },
    },
    dataplane: {
      anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }],
      'x-expected': 'a data plane, or a list of them',
      default: 'auto',
      description:
        'The data plane that routes Service traffic: auto detects it from the cluster; `cilium@1.19,kube-proxy-replacement=false` states ' +
        'kind, version and settings; in a list, `kube-proxy@1.31 on pool=old` states it for some nodes.',
    },
    clientNodes: {
      type: 'object',
      additionalProperties: false,
      description: 'Which nodes are client nodes.',
      properties: {
        minAge: {
          ...durationSchema('0s', '720h'),
          default: '60s',
          description: 'A younger node is not a client node, because its DaemonSet Pods may not be ready yet.',
        },
        excludeTaints: {
          type: 'array',
          items: { type: 'string', minLength: 1 },
          default: DEFAULT_EXCLUDED_TAINTS,
          description:
            'Keys of NoSchedule and NoExecute taints whose nodes are not client nodes; prefix/* matches any key with that prefix. Replaces the default list.',
        },
        selector: {
          type: 'string',
          default: '',
          description: 'A label selector in kubectl syntax; only matching nodes are client nodes. Empty: all nodes.',
        },
      },
    },
    names: { enum: ['full', 'counts-only'], default: 'full', description: 'counts-only: no node names in warnings.' },
    annotationsMaySilenceDeny: {
      type: 'boolean',
      default: false,
      description:
        "Whether a Service's own annotations may suppress a finding of level deny: zonewise.dev/ignore, zonewise.dev/client-nodes.",
    },
    denyExisting: {
      type: 'boolean',
      default: false,
      description:
        'Whether an update is denied for a finding that it leaves as it was; by default it is allowed with a warning.',
    },
    docsUrl: {
      type: 'string',
      pattern: "^$|^https?://[A-Za-z0-9.:[\\]-]+(/[A-Za-z0-9._~:/?#@!$&'()*+,;=%{}-]*)?$",
      maxLength: 200,
      'x-expected': 'an http or https URL of at most 200 characters, or empty',
      default: '',
      description:
        "Where the pages of docs/rules are published; findings then carry a link. `{rule}` stands for the rule's id; without it " +
        '`/RULE.md` is appended.',
    },
    certificates: {
      type: 'object',
      additionalProperties: false,
      description: 'The serving certificate. The controller issues and renews it only in mode self-managed.',
      properties: {
        mode: {
          enum: ['self-managed', 'cert-manager', 'existing-secret'],
          default: 'self-managed',
          description: 'Who issues and renews it: the controller, cert-manager, or you.',
        },
        secret: { ...NAME, default: 'zonewise-tls', description: 'Secret of the leaf, mounted by the serving Pods.' },
        caSecret: { ...NAME, default: 'zonewise-ca', description: 'Secret of the CA, read by the controller only.' },
        service: { ...NAME, default: 'zonewise', description: 'Service that the API server calls.' },
        leafValidity: {
          ...durationSchema('30s', '87600h'),
          default: '2160h',
          description:
            'Validity of a serving certificate, which is renewed after two thirds of it. Less than caValidity.',
        },
        caValidity: {
          ...durationSchema('30s', '87600h'),
          default: '8760h',
          description: 'Validity of a CA, which is renewed after two thirds of it.',
        },
      },
    },
    webhooks: {
      type: 'object',
      additionalProperties: false,
      description: 'Names of the webhook configurations whose caBundle the controller manages.',
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
          ...durationSchema('0s', '1h'),
          default: '2s',
          description: 'How long to wait for further changes before changed Services are evaluated again.',
        },
        listen: {
          type: 'string',
          pattern: '^$|^[^\\s]+:\\d{1,5}$',
          'x-expected': 'host:port, or empty',
          default: '127.0.0.1:8081',
          description: 'Address of the findings listener; empty disables it.',
        },
        reports: REPORTS_SCHEMA,
      },
    },
    workloads: {
      type: 'object',
      additionalProperties: false,
      description: 'Reviews of workloads and Nodes: what a change of them breaks for Services.',
      properties: {
        enabled: {
          type: 'boolean',
          default: false,
          description: 'Whether the webhook server answers POST /validate-workloads. Read at its start.',
        },
        deny: {
          type: 'boolean',
          default: false,
          description:
            'Whether a rule at level deny rejects such a change, also a drain or a scale-down by an autoscaler; by default it warns.',
        },
      },
    },
    page: {
      type: 'object',
      additionalProperties: false,
      description: "The topology UI, served by the controller's leader for kubectl port-forward.",
      properties: {
        listen: {
          type: 'string',
          pattern: '^$|^(127\\.0\\.0\\.1|\\[::1\\]):\\d{1,5}$',
          'x-expected': 'a loopback address such as 127.0.0.1:8082, or empty',
          default: '',
          description: 'Loopback address of the UI, such as 127.0.0.1:8082; empty disables it.',
        },
      },
    },
    serving: {
      type: 'object',
      additionalProperties: false,
      description: 'Settings of the webhook server.',
      properties: {
        drainDelay: {
          ...durationSchema('0s', '1h'),
          default: '5s',
          description: 'How long to continue serving after SIGTERM.',
        },
        maxConcurrent: {
          type: 'integer',
          minimum: 1,
          default: 256,
          description: 'Concurrent reviews; reviews above this limit are evaluated without a Pod lookup.',
        },
        watchPods: {
          enum: ['auto', 'always', 'never'],
          default: 'auto',
          description:
            'Whether all Pods are watched, instead of listed per review; auto: if a rule that reads endpoints has level deny.',
        },
        clientCA: {
          type: 'string',
          default: '',
          description: "File with the CA of the API server's client certificate; empty: not verified.",
        },
        clientNames: {
          type: 'array',
          items: { type: 'string', minLength: 1 },
          default: [],
          description:
            "Common name or DNS names of the API server's client certificate; required with clientCA, as a CA of the cluster also signs others.",
        },
      },
    },
  },
};
