import type { Fix } from '../model/finding.ts';
import { topologyMode, topologyModeKey } from '../model/service.ts';
import type { Rule } from './rule.ts';

/** Templates write the empty text to omit the annotation. */
const KNOWN = ['', 'Auto', 'auto', 'Disabled', 'disabled'];

export const unknownTopologyMode: Rule = {
  id: 'unknown-topology-mode',
  level: 'warn',
  needs: [],
  summary: 'An unknown topology-mode means disabled',
  why: `The EndpointSlice controller enables Topology Aware Routing for exactly "Auto" and "auto". Any other value is
accepted by the API server and silently means disabled: no hints, no Event. Values with a domain prefix are not
reported, as another implementation may read them.`,
  fix: 'Write Auto to enable it, or remove the annotation.',
  example: `apiVersion: v1
kind: Service
metadata:
  name: web
  annotations: { service.kubernetes.io/topology-mode: AUTO }
spec:
  selector: { app: web }
  ports: [{ port: 80 }]
`,
  source: 'k8s.io/endpointslice utils.go hintsEnabled, v0.37.1',
  appliesTo: service => {
    const mode = topologyMode(service);
    return mode !== null && !KNOWN.includes(mode) && !mode.includes('/') && service.type !== 'ExternalName';
  },
  *check({ service }) {
    const mode = topologyMode(service) ?? '';
    const key = topologyModeKey(service);
    const short = key.slice(key.indexOf('/') + 1);
    yield {
      message: (fmt, fix) =>
        `${short} ${fmt.value(mode)} is unknown and means disabled; write Auto to enable it${fix ? '' : ', or remove it'}`,
      path: `metadata.annotations["${key}"]`,
      fixes: [setAnnotation(key, mode.trim().toLowerCase() === 'auto' ? 'Auto' : null)],
    };
  },
};

function setAnnotation(key: string, value: string | null): Fix {
  return {
    description: value === null ? `remove the annotation ${key}` : `set the annotation ${key} to ${value}`,
    edits: [{ path: ['metadata', 'annotations', key], value }],
  };
}
