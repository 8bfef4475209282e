import { useEffect, useRef, useState } from 'preact/hooks';
import { ClientBox, EndpointBox } from './boxes.tsx';
import type { TrafficDiagram } from './diagram.ts';
import { layoutDiagram } from './layout.ts';
import { FlowRibbon, flowId, type Highlight, LossRibbon, lossId } from './ribbons.tsx';
import { diagramText, ribbonText } from './text.ts';

interface PictureViewProps {
  readonly picture: TrafficDiagram;
  /** The name of its traffic class. */
  readonly name: string;
  readonly highlight: Highlight;
  onHighlight(id: Highlight): void;
}

/** A narrower diagram scrolls. */
const MIN_WIDTH_PX = 250;
const TIP_WIDTH_PX = 280;

export function DiagramView({ picture, name, highlight, onHighlight }: PictureViewProps) {
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(900);
  const [tip, setTip] = useState<{ readonly x: number; readonly y: number } | null>(null);
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWidth(Math.max(MIN_WIDTH_PX, Math.floor(element.clientWidth))));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const onPoint = (id: Highlight, event?: PointerEvent) => {
    const edge = frame.current?.getBoundingClientRect();
    setTip(event && edge ? { x: event.clientX - edge.left, y: event.clientY - edge.top } : null);
    if (id !== highlight) onHighlight(id);
  };
  const layout = layoutDiagram(picture, width);
  const pointing = { highlight, onPoint };
  return (
    <section
      class="picture-frame"
      ref={frame}
      onPointerDown={event => {
        if (!(event.target as Element).closest('.flow, .loss')) onPoint(null);
      }}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a diagram wider than its frame must scroll by keyboard too
      tabIndex={0}
      aria-label="Where the traffic goes"
    >
      <svg class="picture" role="img" aria-labelledby="picture-title picture-text" width={width} height={layout.height}>
        <title id="picture-title">{`Where the traffic goes: ${name}`}</title>
        <desc id="picture-text">{diagramText(picture)}</desc>
        <defs>
          <pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect class="hatch-ground" width="7" height="7" />
            <rect class="hatch-line" width="3" height="7" />
          </pattern>
        </defs>
        {layout.flows.map(ribbon => (
          <FlowRibbon key={flowId(ribbon.of)} ribbon={ribbon} {...pointing} />
        ))}
        {layout.clients.map(box => (
          <ClientBox key={box.zone.key} box={box} />
        ))}
        {layout.endpoints.map(box => (
          <EndpointBox key={box.zone.key} box={box} isCompact={layout.isCompact} />
        ))}
        {layout.losses.map(ribbon => (
          <LossRibbon key={lossId(ribbon.of)} ribbon={ribbon} isCompact={layout.isCompact} {...pointing} />
        ))}
      </svg>
      {tip && highlight !== null && (
        <p
          class="tip"
          style={{ left: `${Math.max(0, Math.min(tip.x + 14, width - TIP_WIDTH_PX - 10))}px`, top: `${tip.y + 16}px` }}
        >
          {textOf(highlight, picture)}
        </p>
      )}
    </section>
  );
}

/** The text of the highlighted ribbon: what flows where, and why. */
function textOf(id: string, picture: TrafficDiagram): string {
  const ribbon =
    picture.flows.find(candidate => flowId(candidate) === id) ??
    picture.losses.find(candidate => lossId(candidate) === id);
  return ribbon ? ribbonText(ribbon, picture) : '';
}
