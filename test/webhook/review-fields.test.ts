import { expect, test } from 'vitest';
import { projectService } from '../../src/model/projection.ts';
import { asObject } from '../../src/model/raw.ts';
import { trafficSchema } from '../../src/model/traffic-schema.ts';
import { NEWEST_KNOWN_MINOR, OLDEST_KNOWN_MINOR } from '../../src/model/version.ts';
import { type Fields, REVIEW_FIELDS } from '../../src/webhook/review-fields.ts';
import { recorded } from './harness.ts';

/** Members of maps, which are read by their names elsewhere. */
const MAPS = ['metadata.labels', 'metadata.annotations'];

function isKept(path: string): boolean {
  const object = (REVIEW_FIELDS.get('request') as Fields).get('object');
  const end = path
    .split('.')
    .reduce<Fields | number | undefined>(
      (fields, name) => (typeof fields === 'number' ? fields : fields?.get(name)),
      object,
    );
  return end !== undefined;
}

/** Records the paths of all members that are read. */
function watched(value: object, path: string, reads: Set<string>): object {
  return new Proxy(value, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof name === 'symbol' || Array.isArray(target)) return member;
      const at = path === '' ? name : `${path}.${name}`;
      reads.add(at);
      return typeof member === 'object' && member !== null && !MAPS.includes(at) ? watched(member, at, reads) : member;
    },
  });
}

test('every field that the projection of a Service reads is kept of a large review', () => {
  const reads = new Set<string>();
  const object = asObject(recorded('06-validate-create-agent.json').request.object);
  projectService(watched({ ...object, status: { loadBalancer: { ingress: [] } } }, '', reads));
  expect([...reads].filter(path => !isKept(path))).toEqual([]);
  expect(reads.size).toBeGreaterThan(20);
  expect(isKept('metadata.managedFields')).toBe(false);
});

test('every field of the traffic schemas is kept of a large review', () => {
  for (let minor = OLDEST_KNOWN_MINOR; minor <= NEWEST_KNOWN_MINOR; minor++) {
    const { metadata, spec } = asObject(trafficSchema(minor)['properties']);
    const paths = [
      ...Object.keys(asObject(asObject(spec)['properties'])).map(name => `spec.${name}`),
      ...Object.keys(asObject(asObject(metadata)['properties'])).map(name => `metadata.${name}`),
    ];
    expect(paths.filter(path => !isKept(path))).toEqual([]);
  }
});
