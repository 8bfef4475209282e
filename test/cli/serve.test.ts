import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { Agent, request } from 'undici';
import { describe, expect, test } from 'vitest';
import { toListenError } from '../../src/cli/flags/ports.ts';
import { serve } from '../../src/cli/serve.ts';
import { selfSignedCertificate } from '../../src/serving/self-signed-certificate.ts';
import { file, folder, ROOT, run } from './terminal.ts';

test('serves the sample until SIGTERM, then ends with exit code 0', { timeout: 30_000 }, async () => {
  const env = { ...process.env };
  delete env['KUBERNETES_SERVICE_HOST'];
  const args = ['src/main.ts', 'serve', '--port', '0', '--ops-port', '0'];
  const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  try {
    let err = '';
    child.stderr.on('data', chunk => {
      err += chunk;
    });
    const line = await servingLine(child.stdout);
    expect(line.topology).toBe('bundled sample');
    expect((await fetch(`http://127.0.0.1:${line.opsPort}/readyz`)).status).toBe(200);
    // An open connection of the API server does not delay the end.
    const agent = new Agent({ connect: { rejectUnauthorized: false } });
    const reply = await request(`https://127.0.0.1:${line.port}/`, { dispatcher: agent });
    expect(reply.statusCode).toBe(404);
    await reply.body.dump();
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(err).toContain(`https://127.0.0.1:${line.port}/validate`);
    await agent.close();
  } finally {
    child.kill('SIGKILL');
  }
});

describe('rejects unusable flags before it listens', () => {
  test.each([
    ['an unknown flag', ['--prot', '1'], /Unknown option '--prot'; see zonewise serve --help/],
    ['an argument', ['web.yaml'], /serve takes no argument "web.yaml"/],
    ['a port that is a word', ['--port', 'https'], /--port "https" is not a port; expected 0 to 65535/],
    ['a port too high', ['--ops-port', '65536'], /--ops-port "65536" is not a port/],
    ['one port twice', ['--port', '8080'], /^--port and --ops-port are both 8080; give two different ports$/],
    ['an empty port', ['--port', ''], /^Option '--port' has an empty value; leave it out, or give one$/],
    ['two sources', ['--kubeconfig', 'a', '--topology', 'b'], /--kubeconfig and --topology exclude each other/],
    ['a certificate alone', ['--tls-cert', 'tls.crt'], /--tls-cert and --tls-key go together/],
    [
      'a missing certificate',
      ['--tls-cert', '/no/tls.crt', '--tls-key', '/no/tls.key'],
      /^\/no\/tls.crt: cannot be read: no such file or folder$/,
    ],
    ['a missing topology', ['--topology', '/no/cluster.yaml'], /^\/no\/cluster.yaml: cannot be read/],
    ['an old version', ['--topology', 'sample/cluster.yaml', '--kubernetes-version', '1.20'], /1.20 is too old/],
    ['a data plane', ['--topology', 'sample/cluster.yaml', '--dataplane', 'ebpf'], /"ebpf" is not known/],
    ['a kubeconfig', ['--kubeconfig', '/no/kubeconfig'], /\/no\/kubeconfig/],
  ])('%s', async (_what, args, message) => {
    await expect(run(serve, args)).rejects.toThrow(message);
    await expect(run(serve, args)).rejects.toMatchObject({ code: 'unusable-input' });
  });

  test('files without a certificate or key', async () => {
    const { cert, key } = await selfSignedCertificate(Date.now());
    const path = folder({ 'tls.crt': cert, 'tls.key': key });
    const swapped = ['--tls-cert', join(path, 'tls.key'), '--tls-key', join(path, 'tls.crt')];
    await expect(run(serve, swapped)).rejects.toThrow(/tls.key: no PEM with a certificate/);
    const text = ['--tls-cert', join(path, 'tls.crt'), '--tls-key', file('hello')];
    await expect(run(serve, text)).rejects.toThrow(/no PEM with a private key/);
  });
});

describe('names the flag of a port that cannot be opened', () => {
  test('as it is taken', async () => {
    const taken = createServer();
    await new Promise<void>(resolve => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    const started = run(serve, ['--topology', 'sample/cluster.yaml', '--port', `${port}`, '--ops-port', '0']);
    await expect(started).rejects.toThrow(
      `--port ${port}: another process listens on this port; give another one, or 0 for any that is free`,
    );
    taken.close();
  });

  test.each([
    ['EADDRINUSE', 8080, /^--ops-port 8080: another process listens on this port/],
    ['EACCES', 443, /^--port 443: this port needs more rights; give one from 1024 on$/],
    ['EADDRNOTAVAIL', 443, /^cannot serve: this machine has no such address$/],
  ])('%s', (code, port, message) => {
    const cause = Object.assign(new Error('listen failed'), { code, port });
    expect(toListenError(cause, { port: 443, 'ops-port': 8080 }).message).toMatch(message);
  });
});

test('prints no curl command while the certificate is missing', async () => {
  const path = folder({});
  const pair = ['--tls-cert', join(path, 'tls.crt'), '--tls-key', join(path, 'tls.key')];
  const env = { ...process.env };
  delete env['KUBERNETES_SERVICE_HOST'];
  const args = ['src/main.ts', 'serve', '--port', '0', '--ops-port', '0', ...pair];
  const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  try {
    let err = '';
    child.stderr.on('data', chunk => {
      err += chunk;
    });
    await servingLine(child.stdout);
    child.kill('SIGTERM');
    await once(child, 'close');
    expect(err).toBe('');
  } finally {
    child.kill('SIGKILL');
  }
});

async function servingLine(stdout: Readable): Promise<{ port: number; opsPort: number; topology: string }> {
  for await (const text of createInterface(stdout)) {
    const line = JSON.parse(text);
    if (line.msg === 'serving') return line;
  }
  throw new Error('serve ended before it served');
}
