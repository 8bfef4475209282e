import { type Shape, type ShapeError, shapeError } from '../../model/shape.ts';
import { InputError } from '../../runtime/errors.ts';
import type { Manifest } from './manifest.ts';

/*
 * The fields that zonewise reads, by kind. An API server has checked those of a live cluster; in a file, a field of
 * another type would be read as absent, so that a mistake would look like a finding.
 */

const METADATA: Shape = { fields: { labels: 'map of strings', annotations: 'map of strings' } };
const CONDITIONS: Shape = { listOf: { fields: { type: 'string', status: 'string' } } };

const SERVICE: Shape = {
  fields: {
    metadata: METADATA,
    spec: {
      fields: {
        type: 'string',
        clusterIP: 'string',
        selector: 'map of strings',
        ports: {
          listOf: {
            fields: {
              name: 'string',
              protocol: 'string',
              port: 'port',
              targetPort: 'number or string',
              nodePort: 'node port',
            },
          },
        },
        externalIPs: { listOf: 'string' },
        ipFamilies: { listOf: 'string' },
      },
    },
  },
};

const NODE: Shape = {
  fields: {
    metadata: METADATA,
    spec: { fields: { taints: { listOf: { fields: { key: 'string', value: 'string', effect: 'string' } } } } },
    status: {
      fields: {
        conditions: CONDITIONS,
        nodeInfo: { fields: { operatingSystem: 'string', kubeletVersion: 'string' } },
        allocatable: { fields: { cpu: 'number or string' } },
      },
    },
  },
};

const NAMED_OBJECT: Shape = { listOf: { fields: { name: 'string' } } };

const ENDPOINT: Shape = {
  fields: {
    addresses: { listOf: 'string' },
    conditions: { fields: { ready: 'boolean', serving: 'boolean', terminating: 'boolean' } },
    nodeName: 'string',
    zone: 'string',
    hints: { fields: { forZones: NAMED_OBJECT, forNodes: NAMED_OBJECT } },
  },
};

const SLICE: Shape = {
  fields: {
    metadata: METADATA,
    addressType: 'string',
    ports: { listOf: { fields: { name: 'string', protocol: 'string', port: 'integer' } } },
    endpoints: { listOf: ENDPOINT },
  },
};

const CONTAINERS: Shape = {
  listOf: {
    fields: { ports: { listOf: { fields: { name: 'string', protocol: 'string', containerPort: 'integer' } } } },
  },
};

const POD: Shape = {
  fields: {
    metadata: METADATA,
    spec: { fields: { nodeName: 'string', containers: CONTAINERS, initContainers: CONTAINERS } },
    status: {
      fields: {
        phase: 'string',
        podIP: 'string',
        podIPs: { listOf: { fields: { ip: 'string' } } },
        conditions: CONDITIONS,
      },
    },
  },
};

const WORKLOAD: Shape = {
  fields: {
    metadata: METADATA,
    spec: {
      fields: {
        replicas: 'integer',
        selector: { fields: { matchLabels: 'map of strings' } },
        template: { fields: { metadata: METADATA, spec: { fields: { containers: CONTAINERS } } } },
      },
    },
  },
};

const SHAPES: ReadonlyMap<string, Shape> = new Map([
  ['Service', SERVICE],
  ['Node', NODE],
  ['EndpointSlice', SLICE],
  ['Pod', POD],
  ['Namespace', { fields: { metadata: METADATA } }],
  ['Deployment', WORKLOAD],
  ['StatefulSet', WORKLOAD],
  ['DaemonSet', WORKLOAD],
  ['ReplicaSet', WORKLOAD],
]);

const CLUSTER_SCOPED = ['Node', 'Namespace'];

/** The first field of an object that has another type than its kind demands, `null` if there is none. */
export function objectShapeError(kind: string, raw: unknown): ShapeError | null {
  const shape = SHAPES.get(kind);
  return shape ? shapeError(raw, shape) : null;
}

/** The error for a manifest of which a field cannot be read. */
export function malformedManifest({ kind, namespace, name, raw, file, lineOf }: Manifest): InputError | null {
  const error = objectShapeError(kind, raw);
  if (!error) return null;
  const object = CLUSTER_SCOPED.includes(kind) ? name : `${namespace}/${name}`;
  return new InputError(`${kind} ${object}: ${error.path}: ${error.expected}`, { file, line: lineOf(error.path) });
}
