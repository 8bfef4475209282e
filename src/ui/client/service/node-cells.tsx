import { pluralForm } from '../../../model/plural.ts';
import { ROLES } from '../table/roles.ts';
import { hasClusterScenario, type Scenario } from '../what-if/scenario.ts';
import type { ClassTab } from './class-tabs.ts';
import type { EvaluatedService } from './evaluate-service.ts';
import { type NodeRow, notClientReason, type RouteCell, routeCell } from './node-rows.ts';

interface NodeCellsProps {
  readonly row: NodeRow;
  readonly tabs: readonly ClassTab[];
  readonly evaluated: EvaluatedService;
  readonly scenario: Scenario;
  onDrain(name: string): void;
}

export function NodeCells({ row, tabs, evaluated, scenario, onDrain }: NodeCellsProps) {
  const { node, endpoints } = row;
  const isDrained = hasClusterScenario(scenario, { kind: 'drain', node: node.name });
  const why = notClientReason(row, isDrained, evaluated.state);
  return (
    <>
      <th {...ROLES.rowHeader} scope="row" class="col-node">
        <span class="node-name">{node.name}</span>
        <span class="cell-note">
          {node.zone ?? 'no zone'}
          {why !== null && `, ${why}`}
        </span>
      </th>
      <td {...ROLES.cell} class="col-own">
        {endpoints > 0 ? endpoints : <span class="muted">none</span>}
        <span class="cell-label"> {pluralForm(endpoints, 'endpoint', 'endpoints')} here</span>
      </td>
      {tabs.map(({ trafficClass, name }) => (
        <RouteView
          key={trafficClass}
          name={name}
          cell={routeCell(trafficClass, node, evaluated.ports)}
          isClient={row.isClient}
        />
      ))}
      <td {...ROLES.cell} class="col-drain">
        <button type="button" class="button button--small" aria-pressed={isDrained} onClick={() => onDrain(node.name)}>
          Drain<span class="sr-only"> {node.name}</span>
        </button>
      </td>
    </>
  );
}

interface RouteViewProps {
  /** Name of the traffic class. */
  readonly name: string;
  readonly cell: RouteCell | null;
  readonly isClient: boolean;
}

/** Highlights losses on client nodes only: other nodes send no traffic. */
function RouteView({ name, cell, isClient }: RouteViewProps) {
  const label = <span class="cell-label">{name}: </span>;
  if (!cell) {
    return (
      <td {...ROLES.cell} class="col-route muted">
        {label}none
      </td>
    );
  }
  return (
    <td {...ROLES.cell} class={`col-route ${isClient ? `route--${cell.verdict}` : 'muted'}`}>
      <span class="route-head">
        {label}
        {isClient && cell.verdict !== 'forward' && <span aria-hidden="true">✕ </span>}
        {cell.head}
      </span>
      <span class="cell-note">{cell.why}</span>
    </td>
  );
}
