import { describe, expect, test } from 'vitest';
import { isOlderVersion } from '../../../src/kube/reflector/initial-events.ts';
import { until } from '../../support/until.ts';
import type { KubeObject } from '../fake-cluster.ts';
import { line, PATHS } from '../fake-cluster.ts';
import { node } from '../objects.ts';
import { type Reflecting, reflectNodes } from './reflector-fixture.ts';

type EventLine = readonly [type: string, name: string, version: number, zone?: string];

const END: EventLine = ['BOOKMARK', '', 200];

function at(name: string, version: number, zone = 'zone-a'): KubeObject {
  const object = node(name, zone);
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
}

function lineOf([type, name, version, zone]: EventLine): string {
  if (type !== 'BOOKMARK') return line(type, at(name, version, zone));
  const annotations = { 'k8s.io/initial-events-end': 'true' };
  return line('BOOKMARK', { metadata: { resourceVersion: String(version), annotations } });
}

/** A server that sends exactly these events on the first watch and leaves later ones to the cluster. */
async function reflect(events: readonly EventLine[]): Promise<Reflecting> {
  const reflecting = await reflectNodes();
  let first = true;
  reflecting.cluster.version = 200;
  reflecting.cluster.server.scripts.unshift(({ response }) => {
    if (!first) return undefined;
    first = false;
    response.writeHead(200).write(events.map(lineOf).join(''));
    return true;
  });
  reflecting.reflector.start();
  return reflecting;
}

const zones = ({ store }: Reflecting) => store.list().map(({ name, zone }) => `${name} ${zone}`);

describe('initial events end in the state of the server', () => {
  test.each<[string, readonly EventLine[], readonly string[]]>([
    [
      'an object twice, the newer version last',
      [
        ['ADDED', 'n1', 150],
        ['ADDED', 'n1', 160, 'zone-b'],
      ],
      ['n1 zone-b'],
    ],
    [
      'an object twice, the older version last',
      [
        ['ADDED', 'n1', 160, 'zone-b'],
        ['ADDED', 'n1', 150],
      ],
      ['n1 zone-b'],
    ],
    [
      'versions of different length, the older one last',
      [
        ['ADDED', 'n1', 100, 'zone-b'],
        ['ADDED', 'n1', 99],
      ],
      ['n1 zone-b'],
    ],
    [
      'objects in no order of their versions',
      [
        ['ADDED', 'n1', 190],
        ['ADDED', 'n2', 110],
        ['ADDED', 'n3', 150],
      ],
      ['n1 zone-a', 'n2 zone-a', 'n3 zone-a'],
    ],
    [
      'MODIFIED',
      [
        ['ADDED', 'n1', 150],
        ['MODIFIED', 'n1', 160, 'zone-b'],
      ],
      ['n1 zone-b'],
    ],
    [
      'MODIFIED before its ADDED',
      [
        ['MODIFIED', 'n1', 160, 'zone-b'],
        ['ADDED', 'n1', 150],
      ],
      ['n1 zone-b'],
    ],
    [
      'DELETED',
      [
        ['ADDED', 'n1', 150],
        ['ADDED', 'n2', 151],
        ['DELETED', 'n1', 160],
      ],
      ['n2 zone-a'],
    ],
    [
      'DELETED before its ADDED',
      [
        ['DELETED', 'n1', 160],
        ['ADDED', 'n1', 150],
      ],
      [],
    ],
    [
      'DELETED and ADDED again',
      [
        ['ADDED', 'n1', 150],
        ['DELETED', 'n1', 160],
        ['ADDED', 'n1', 170, 'zone-b'],
      ],
      ['n1 zone-b'],
    ],
    [
      'DELETED of an older object before the ADDED',
      [
        ['ADDED', 'n1', 170, 'zone-b'],
        ['DELETED', 'n1', 160],
      ],
      ['n1 zone-b'],
    ],
  ])('%s', async (_, events, expected) => {
    const reflecting = await reflect([...events, END]);
    await reflecting.reflector.status.whenSynced;
    expect(zones(reflecting)).toEqual(expected);
    expect(reflecting.views.length).toBeLessThanOrEqual(1);
    expect(reflecting.reflector.status.watchErrors).toBe(0);
  });

  test('accept an object again that was deleted before their end', async () => {
    const reflecting = await reflect([
      ['ADDED', 'n1', 150],
      ['DELETED', 'n1', 160],
      END,
      ['ADDED', 'n1', 210, 'zone-b'],
      ['MODIFIED', 'n1', 220, 'zone-c'],
    ]);
    await until('the last event', () => zones(reflecting).join() === 'n1 zone-c');
    expect(reflecting.reflector.status).toMatchObject({ relists: 0, watchErrors: 0 });
  });

  test('are followed by a repeated, unchanged object, which changes nothing', async () => {
    const reflecting = await reflect([['ADDED', 'n1', 150], END, ['ADDED', 'n1', 200], ['ADDED', 'n2', 210]]);
    await reflecting.sees('n1 n2');
    expect(reflecting.views).toEqual(['n1', 'n1 n2']);
    expect(reflecting.reflector.status.watchErrors).toBe(0);
  });

  test('are followed by an older event, which causes a relist while the view is kept', async () => {
    const reflecting = await reflect([
      ['ADDED', 'n1', 150, 'zone-b'],
      END,
      ['ADDED', 'n1', 140],
      ['DELETED', 'n1', 145],
    ]);
    const { cluster, clock, reflector, views } = reflecting;
    cluster.set(PATHS.nodes, node('n1', 'zone-b'));
    expect(await clock.passBackoff()).toBe(800);
    await until('a relist', () => reflector.status.relists === 1);
    expect(zones(reflecting)).toEqual(['n1 zone-b']);
    expect(views).toEqual(['n1']);
  });
});

test.each([
  ['9', '10', true],
  ['10', '9', false],
  ['10', '10', false],
  ['99999999999999999998', '99999999999999999999', true],
  ['', '10', false],
  ['9', '', false],
  ['9', 'v10', false],
  ['009', '10', false],
])('the version %j is older than %j: %s', (version, than, expected) => {
  expect(isOlderVersion(version, than)).toBe(expected);
});
