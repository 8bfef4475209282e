import type { Service } from '../../../model/service.ts';
import { CommandText } from '../command-text.tsx';
import { changesOutsidePatch, mergePatchFor, servicePatchCommand } from './patch.ts';
import type { Scenario } from './scenario.ts';

interface PatchBoxProps {
  readonly service: Service;
  readonly scenario: Scenario;
}

/** How to apply the scenario: a command to copy, and the changes that no patch of the Service can make. */
export function PatchBox({ service, scenario }: PatchBoxProps) {
  const patch = mergePatchFor(service, scenario);
  const outsidePatch = changesOutsidePatch(scenario);
  return (
    <div class="patch">
      <h3>To apply it</h3>
      {patch && <CommandText text={servicePatchCommand(service, patch)} />}
      {!patch && <p class="muted">None of these changes is a field of the Service, so there is no patch.</p>}
      {outsidePatch.length > 0 && (
        <>
          <p class="beyond-title">{patch ? 'Not part of the patch:' : 'Required changes:'}</p>
          <ul class="beyond">
            {outsidePatch.map(line => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
