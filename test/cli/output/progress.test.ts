import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startProgress } from '../../../src/cli/output/progress.ts';
import { ROOT } from '../terminal.ts';

const ERASE = '\r\u001b[K';

/** A terminal of 20 columns and a manual clock. */
function terminal() {
  const written: string[] = [];
  const time = { now: 0 };
  const screen = { columns: 20, write: (text: string) => written.push(text) };
  return { written, time, progress: startProgress(screen, () => time.now) };
}

describe('progress', () => {
  test('draws nothing in the first second, then at most ten times a second', () => {
    const { written, time, progress } = terminal();
    for (time.now = 0; time.now <= 1_250; time.now += 10) progress.show(() => `at ${time.now}`);
    expect(written).toEqual([`${ERASE}at 1000`, `${ERASE}at 1100`, `${ERASE}at 1200`]);
  });

  test('renders only the text that it draws', () => {
    const { time, progress } = terminal();
    let calls = 0;
    for (time.now = 0; time.now < 2_000; time.now++) progress.show(() => `${++calls}`);
    expect(calls).toBe(10);
  });

  test('erases its line, and can be drawn again', () => {
    const { written, time, progress } = terminal();
    progress.clear();
    time.now = 1_500;
    progress.show(() => 'working');
    progress.clear();
    progress.clear();
    time.now = 1_700;
    progress.show(() => 'still');
    expect(written).toEqual([`${ERASE}working`, ERASE, `${ERASE}still`]);
  });

  test('never wraps', () => {
    const { written, time, progress } = terminal();
    time.now = 1_000;
    progress.show(() => 'x'.repeat(100));
    expect(written).toEqual([ERASE + 'x'.repeat(19)]);
  });

  test('draws nothing without a terminal', () => {
    const progress = startProgress(undefined, () => 0);
    expect(() => progress.show(() => expect.unreachable())).not.toThrow();
  });
});

/** Runs a command on a terminal and prints its output. */
const PTY = 'import pty, sys; pty.spawn(sys.argv[1:])';

const python = spawnSync('python3', ['-c', 'import pty']).status === 0;
if (!python) process.stderr.write('SKIPPED progress on a real terminal: no python3\n');

/** Each read of the clock advances it by a tenth of a second. */
const SLOW = 'data:text/javascript,let now = 0; performance.now = () => (now += 100);';
const AUDIT = [join(ROOT, 'src/main.ts'), 'audit', '--topology', 'sample/cluster.yaml'];

describe.skipIf(!python)('on a real terminal', () => {
  const onTerminal = (env: NodeJS.ProcessEnv) => {
    const args = ['-c', PTY, process.execPath, '--import', SLOW, ...AUDIT];
    const { CI: _, ...bare } = process.env;
    return spawnSync('python3', args, { encoding: 'utf8', cwd: ROOT, env: { ...bare, ...env } }).stdout.split(ERASE);
  };

  test('draws and erases progress before the result', () => {
    const parts = onTerminal({});
    expect(parts.length).toBeGreaterThan(2);
    expect(parts[1]).toMatch(/^evaluating Services: \d+ of \d+$/);
    expect(parts.at(-1)).toMatch(/^\S*warn\S* ingress\/legacy: /);
  });

  test('draws nothing into a log', () => {
    for (const env of [{ CI: 'true' }, { TERM: 'dumb' }]) {
      const parts = onTerminal(env);
      expect(parts).toHaveLength(1);
      expect(parts[0]).toContain('shop/web: ');
    }
    const piped = spawnSync(process.execPath, ['--import', SLOW, ...AUDIT], { encoding: 'utf8', cwd: ROOT });
    expect([piped.stderr, piped.status]).toEqual(['', 0]);
  });
});
