import { useMemo, useState } from 'preact/hooks';
import { nodesLosingTraffic } from '../../../topology/lost-traffic.ts';
import type { TrafficClass } from '../../../topology/route.ts';
import { hasTraffic } from '../../../topology/route.ts';
import { CLASS_NAMES, pluralText, TRAFFIC_CLASSES } from '../diagram/text.ts';
import { LosingFilter, SearchField } from '../fields.tsx';
import { WindowedTable } from '../table/windowed-table.tsx';
import { type Scenario, withDrained } from '../what-if/scenario.ts';
import { type EvaluatedService, trafficInput } from './evaluate-service.ts';
import {
  filterNodes,
  type NodeFilter,
  type NodeRow,
  nodeRows,
  notClientReason,
  type RouteCell,
  routeCell,
} from './node-rows.ts';

interface NodeTableProps {
  readonly evaluated: EvaluatedService;
  readonly scenario: Scenario;
  onScenario(scenario: Scenario): void;
}

const ROW_HEIGHT = 52;

export function NodeTable({ evaluated, scenario, onScenario }: NodeTableProps) {
  const [filter, setFilter] = useState<NodeFilter>({ text: '', losing: false });
  const { ports } = evaluated;
  const classes = TRAFFIC_CLASSES.filter(c => ports.some(port => hasTraffic(c, port.policy)));
  const rows = useMemo(() => {
    const losing = TRAFFIC_CLASSES.flatMap(trafficClass =>
      nodesLosingTraffic(trafficClass, trafficInput(evaluated)).slice(),
    );
    return nodeRows(evaluated, new Set(losing));
  }, [evaluated]);
  const shown = useMemo(() => filterNodes(rows, filter), [rows, filter]);
  const drain = (name: string) => onScenario(withDrained(scenario, name, !scenario.drained.includes(name)));
  return (
    <section class="card nodes" aria-labelledby="nodes-title">
      <h2 id="nodes-title">
        Nodes <span class="h2-count">{rows.length.toLocaleString('en')}</span>
      </h2>
      <div class="filters">
        <SearchField placeholder="Name or zone" value={filter.text} onInput={text => setFilter({ ...filter, text })} />
        <LosingFilter checked={filter.losing} onCheck={losing => setFilter({ ...filter, losing })} />
        <p class="count" aria-live="polite">
          {shown.length === rows.length ? '' : `${shown.length.toLocaleString('en')} of `}
          {pluralText(rows.length, 'node')}
        </p>
      </div>
      <WindowedTable
        label="Nodes"
        rows={shown}
        rowHeight={ROW_HEIGHT}
        columns={classes.length + 3}
        className="nodes-frame"
        head={<Head classes={classes} />}
        keyOf={({ node }) => node.name}
        cells={row => <Cells row={row} classes={classes} evaluated={evaluated} scenario={scenario} onDrain={drain} />}
        empty="No node matches the filters."
      />
    </section>
  );
}

function Head({ classes }: { readonly classes: readonly TrafficClass[] }) {
  return (
    <>
      <th scope="col" class="col-node">
        Node
      </th>
      <th scope="col" class="col-own">
        Endpoints here
      </th>
      {classes.map(trafficClass => (
        <th key={trafficClass} scope="col" class="col-route">
          {CLASS_NAMES[trafficClass]}
        </th>
      ))}
      <th scope="col" class="col-drain">
        What if
      </th>
    </>
  );
}

interface CellsProps {
  readonly row: NodeRow;
  readonly classes: readonly TrafficClass[];
  readonly evaluated: EvaluatedService;
  readonly scenario: Scenario;
  onDrain(name: string): void;
}

function Cells({ row, classes, evaluated, scenario, onDrain }: CellsProps) {
  const { node, endpoints } = row;
  const why = notClientReason(row, scenario.drained, evaluated.state);
  const isDrained = scenario.drained.includes(node.name);
  return (
    <>
      <th scope="row" class="col-node" title={node.name}>
        <span class="node-name">{node.name}</span>
        <span class="cell-note">
          {node.zone ?? 'no zone'}
          {why !== null && `, ${why}`}
        </span>
      </th>
      <td class="col-own">{endpoints > 0 ? endpoints : <span class="muted">none</span>}</td>
      {classes.map(trafficClass => (
        <RouteView key={trafficClass} cell={routeCell(trafficClass, node, evaluated.ports)} isClient={row.isClient} />
      ))}
      <td class="col-drain">
        <button type="button" class="button button--small" aria-pressed={isDrained} onClick={() => onDrain(node.name)}>
          Drain<span class="sr-only"> {node.name}</span>
        </button>
      </td>
    </>
  );
}

interface RouteViewProps {
  readonly cell: RouteCell | null;
  readonly isClient: boolean;
}

/** Highlights losses on client nodes only: other nodes send no traffic. */
function RouteView({ cell, isClient }: RouteViewProps) {
  if (!cell) return <td class="col-route muted">none</td>;
  return (
    <td class={`col-route ${isClient ? `route--${cell.verdict}` : 'muted'}`} title={cell.why}>
      <span class="route-head">
        {isClient && cell.verdict !== 'forward' && <span aria-hidden="true">✕ </span>}
        {cell.head}
      </span>
      <span class="cell-note">{cell.why}</span>
    </td>
  );
}
