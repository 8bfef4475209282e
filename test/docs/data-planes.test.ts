import { expect, test } from 'vitest';
import { DATA_PLANES_PAGE, renderDataPlanes } from '../../scripts/generate-data-planes.ts';
import { read } from './pages.ts';

test('docs/data-planes.md equals the output of npm run docs', () => {
  expect(read(DATA_PLANES_PAGE)).toBe(renderDataPlanes());
});

test.each([
  ['`kube-proxy@1.30`', ['ignored', 'ignored', 'ignored', 'obeyed', 'obeyed', 'obeyed', 'ignored']],
  ['`kube-proxy@1.37`', ['obeyed', 'obeyed', 'obeyed', 'obeyed', 'obeyed', 'obeyed', 'ignored']],
  ['`windows-kube-proxy@1.37`', ['ignored', 'ignored', 'ignored', 'ignored', 'obeyed', 'not known', 'not known']],
  ['`calico-ebpf@3.31`', ['not known', 'not known', 'not known', 'not known', 'obeyed', 'not known', 'not known']],
])('the row of %s', (name, cells) => {
  const row = renderDataPlanes()
    .split('\n')
    .find(line => line.startsWith(`| ${name} |`));
  expect(
    row
      ?.split(' | ')
      .slice(1)
      .map(text => text.replace(/ \(.*| \|$/, '')),
  ).toEqual(cells);
});
