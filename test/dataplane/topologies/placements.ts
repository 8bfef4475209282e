import type { LabNode } from '../environment/nodes.ts';
import { NODES, nodeNamed, podAddress } from '../environment/nodes.ts';

/** `terminating` is a deleted Pod that still serves: its Ready condition stays True. */
export type PodState = 'ready' | 'unready' | 'terminating';

export interface PlacedPod {
  readonly name: string;
  readonly placement: string;
  readonly node: LabNode;
  readonly state: PodState;
  readonly address: string;
}

/** Pods by placement: the node of each, with `!unready` or `!terminating` if it is not ready. */
const PLACEMENTS = {
  one: 'n1',
  zones: 'n1 n3 n4',
  every: 'n1 n2 n3 n4 n5',
  zoned: 'n1 n2 n3 n4',
  pile: 'n1 n1 n1 n1',
  none: '',
  unready: 'n1!unready n3!unready',
  draining: 'n1!terminating n3!terminating',
  'drain-local': 'n1!terminating n3',
  'unready-local': 'n1!unready n3',
  zoneless: 'n5 n1 n3',
  'zoneless-only': 'n5',
  mixed: 'n1 n1!terminating n2!terminating n3!unready n4',
  lent: 'n1 n1 n1 n1 n1 n2 n3 n3',
} as const satisfies Readonly<Record<string, string>>;

export type Placement = keyof typeof PLACEMENTS;

export const PLACEMENT_NAMES: readonly Placement[] = Object.keys(PLACEMENTS) as Placement[];

/** Served addresses below this ordinal belong to Pods; slices written by hand may use the others. */
const FIRST_FREE_ORDINAL = 100;

export const PODS: readonly PlacedPod[] = placePods();

export function podsOf(placement: Placement): readonly PlacedPod[] {
  return PODS.filter(pod => pod.placement === placement);
}

/** An address on the node that answers and belongs to no Pod. */
export function freeAddress(nodeName: string, ordinal: number): string {
  return podAddress(nodeNamed(nodeName), FIRST_FREE_ORDINAL + ordinal);
}

function placePods(): PlacedPod[] {
  const used = new Map(NODES.map(node => [node.name, 0]));
  return Object.entries(PLACEMENTS).flatMap(([placement, text]) =>
    text
      .split(' ')
      .filter(word => word !== '')
      .map((word, position) => {
        const [nodeName = '', state = 'ready'] = word.split('!');
        const node = nodeNamed(nodeName);
        const ordinal = used.get(nodeName) ?? 0;
        used.set(nodeName, ordinal + 1);
        const address = podAddress(node, ordinal);
        return { name: `${placement}-${position}`, placement, node, state: state as PodState, address };
      }),
  );
}
