import { useMemo, useState } from 'preact/hooks';
import { pluralText } from '../diagram/text.ts';
import { LosingFilter, SearchField } from '../fields.tsx';
import { ROLES } from '../table/roles.ts';
import { WindowedTable } from '../table/windowed-table.tsx';
import { hasClusterScenario, type Scenario, withClusterScenario, withoutClusterScenario } from '../what-if/scenario.ts';
import type { ClassTab } from './class-tabs.ts';
import type { EvaluatedService } from './evaluate-service.ts';
import { NodeCells } from './node-cells.tsx';
import { nodeRowHeight } from './node-row-height.ts';
import { filterNodes, type NodeFilter, nodeRows } from './node-rows.ts';

interface NodeTableProps {
  readonly evaluated: EvaluatedService;
  readonly tabs: readonly ClassTab[];
  readonly scenario: Scenario;
  onScenario(scenario: Scenario): void;
}

/** Columns of routes need this width each. */
const ROUTE_PX = 240;
const OTHER_COLUMNS_PX = 480;

export function NodeTable({ evaluated, tabs, scenario, onScenario }: NodeTableProps) {
  const [filter, setFilter] = useState<NodeFilter>({ text: '', losing: false });
  const rows = useMemo(
    () => nodeRows(evaluated, new Set(tabs.flatMap(({ losing }) => losing.slice()))),
    [evaluated, tabs],
  );
  const shown = useMemo(() => filterNodes(rows, filter), [rows, filter]);
  const longestName = useMemo(() => rows.reduce((most, { node }) => Math.max(most, node.name.length), 0), [rows]);
  const drain = (node: string) => {
    const own = { kind: 'drain', node } as const;
    onScenario(
      hasClusterScenario(scenario, own) ? withoutClusterScenario(scenario, own) : withClusterScenario(scenario, own),
    );
  };
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
        stackBelowPx={OTHER_COLUMNS_PX + tabs.length * ROUTE_PX}
        rowHeight={frame => nodeRowHeight({ name: longestName, classes: tabs.length }, frame)}
        columns={tabs.length + 3}
        className="nodes-frame"
        head={<Head tabs={tabs} />}
        keyOf={({ node }) => node.name}
        cells={row => <NodeCells row={row} tabs={tabs} evaluated={evaluated} scenario={scenario} onDrain={drain} />}
        empty={rows.length === 0 ? 'No nodes are known.' : 'No node matches the filters.'}
      />
    </section>
  );
}

function Head({ tabs }: { readonly tabs: readonly ClassTab[] }) {
  const titles = [
    ['Node', 'col-node'],
    ['Endpoints here', 'col-own'],
    ...tabs.map(({ name }) => [name, 'col-route'] as const),
    ['What if', 'col-drain'],
  ] as const;
  return (
    <>
      {titles.map(([title, className]) => (
        <th key={title} {...ROLES.column} scope="col" class={className}>
          {title}
        </th>
      ))}
    </>
  );
}
