import { expect, test } from 'vitest';
import { COMMAND_REFERENCE, renderCommandReference } from '../../scripts/generate-command-reference.ts';
import { read } from './pages.ts';

test('docs/commands.md is the help of the commands; npm run docs writes it', async () => {
  expect(read(COMMAND_REFERENCE)).toBe(await renderCommandReference());
});
