import type { DataPlanes } from '../model/data-plane.ts';
import { dataPlaneTexts, describeDataPlanes, describeNodes, formatDataPlane } from '../model/data-plane-text.ts';
import { firstNames } from '../model/first-names.ts';
import { printable } from './printable.ts';

const MAX_EVIDENCE_SHOWN = 4;

/** One line: what routes Service traffic, and how this is known. */
export function dataPlanesLine(dataPlanes: DataPlanes): string {
  const { certainty, stated, evidence } = dataPlanes;
  const what = describeDataPlanes(dataPlanes);
  const shown = firstNames(evidence.map(printable), MAX_EVIDENCE_SHOWN);
  const by = shown === '' ? '' : ` (${shown})`;
  if (certainty === 'assumed') return `data plane: ${what}: no object shows it${by && ` for certain${by}`}`;
  if (dataPlaneTexts(dataPlanes).length > 1) return `data plane: one of ${what}${by}`;
  return `data plane: ${what}${stated && shown === '' ? ' (stated)' : by}`;
}

/** As `dataPlanesLine`, for routes that are those of the first of several data planes. */
export function explainedDataPlanesLine(dataPlanes: DataPlanes): string {
  const { candidates } = dataPlanes;
  if (candidates.length === 1) return dataPlanesLine(dataPlanes);
  const shown = describeDataPlanes({ ...dataPlanes, candidates: [candidates[0]] });
  return `${dataPlanesLine(dataPlanes)}; the routes below are those of ${shown}`;
}

/** The data planes in `-o json`, the one whose routes `explain` shows first. The field names are a contract. */
export function dataPlanesJson({ certainty, stated, evidence, candidates }: DataPlanes): object {
  return {
    certainty,
    stated,
    evidence,
    candidates: candidates.map(assignment =>
      assignment.map(({ nodes, dataPlane }) => ({
        nodes: nodes === null ? null : describeNodes(nodes),
        dataPlane: formatDataPlane(dataPlane),
        ...dataPlane,
      })),
    ),
  };
}
