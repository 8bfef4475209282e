import { describe, expect, test } from 'vitest';
import { advise } from '../../../src/cli/advise.ts';
import type { Command } from '../../../src/cli/command.ts';
import { explain } from '../../../src/cli/explain.ts';
import { SAMPLE_CLUSTER } from '../../../src/cli/sample.ts';
import { answering, fakePrometheus, type Respond, type Series, vectorBody } from '../../support/fake-prometheus.ts';
import { file, run } from '../terminal.ts';

const SAMPLE = ['--topology', SAMPLE_CLUSTER];

function flow(node: string, perSecond: string, service = 'web'): Series {
  return [{ k8s_dst_namespace: 'shop', k8s_dst_owner_name: service, k8s_src_node_name: node }, perSecond];
}

const FLOWS = answering(
  vectorBody([flow('worker-a1', '300'), flow('worker-b1', '100'), flow('worker-a1', '5', 'gone')]),
);

async function withServer(command: Command, respond: Respond, args: readonly string[], user = '') {
  const { url } = await fakePrometheus(respond);
  const flags = ['--prometheus', url.replace('//', `//${user}`), '--prometheus-preset', 'obi'];
  const ran = await run(command, ['shop/web', ...SAMPLE, ...flags, ...args]).catch((error: Error) => ({
    exit: 2,
    out: '',
    err: error.message,
  }));
  return { ...ran, out: ran.out.replaceAll(url, 'URL'), err: ran.err.replaceAll(url, 'URL') };
}

describe('explain', () => {
  test('weighs nodes by the rates of Prometheus', async () => {
    const { out, exit } = await withServer(explain, FLOWS, ['-o', 'json']);
    const report = JSON.parse(out);
    expect(exit).toBe(0);
    expect(report.traffic).toMatchObject({ unit: 'bytes', from: 'preset obi over 1h from URL' });
    expect(report.traffic.leftOut).toEqual(['1 Service that is not in this cluster: shop/gone']);
    expect(report.services[0].traffic).toMatchObject({ unit: 'bytes', sharesBy: 'rates', perSecond: 400 });
  });

  test('shows an error of the server with exit code 2', async () => {
    const { exit, err } = await withServer(explain, answering('', 404), []);
    expect({ exit, err }).toEqual({
      exit: 2,
      err: 'Prometheus at URL has no /api/v1/query (404); expected the URL of its API, with the path before /api/v1',
    });
  });

  test('does not write what a server sends to the terminal as it is', async () => {
    const hostile = answering(vectorBody([flow('worker-a1', '1')], { warnings: ['\u001b[2J::error::x'] }));
    const { out } = await withServer(explain, hostile, []);
    expect(out).toContain('1 warning of the server: ');
    expect(out).not.toContain('\u001b');
  });
});

describe('advise', () => {
  test('prints commands with the flags of Prometheus, which a shell reads as they are, without credentials', async () => {
    const matchers = ['--prometheus-matchers', 'cluster="a b",job=~"$HOME.*"'];
    const { out, err } = await withServer(advise, FLOWS, matchers, 'jane:s3cret@');
    expect(out).toContain('measured traffic: bytes per second from preset obi over 1h from URL');
    expect(out).toMatch(
      /--prometheus URL\/? --prometheus-preset obi --prometheus-matchers 'cluster="a b",job=~"\$HOME\.\*"'/,
    );
    expect(out + err).not.toMatch(/s3cret|jane/);
    const json = await withServer(advise, FLOWS, [...matchers, '-o', 'json'], 'jane:s3cret@');
    expect(json.out + json.err).not.toMatch(/s3cret|jane/);
  });

  test('checks the flags before it reads the cluster', async () => {
    const traffic = ['--traffic', file('', 'traffic.csv')];
    const { err } = await withServer(advise, FLOWS, [...traffic, '--topology', '/nowhere/cluster.yaml']);
    expect(err).toBe('--prometheus and --traffic exclude each other');
    const unencrypted = ['--prometheus', 'http://jane:s3cret@prom.example', '--topology', '/nowhere/cluster.yaml'];
    expect((await withServer(advise, FLOWS, unencrypted)).err).toBe(
      'the URL of Prometheus is not encrypted, and credentials are given; expected https://, or a loopback address',
    );
  });
});
