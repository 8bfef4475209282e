import { once } from 'node:events';
import type { TLSSocket } from 'node:tls';
import { connect } from 'node:tls';
import { onTestFinished } from 'vitest';
import type { KeyPair } from '../../src/serving/self-signed-certificate.ts';
import { reviewOf } from '../webhook/harness.ts';

export interface Answer {
  readonly status: number;
  /** The `Connection` header. */
  readonly connection: string;
  readonly body: string;
}

export interface Connection {
  readonly socket: TLSSocket;
  /** Serial number of the server's certificate. */
  readonly serial: string;
  /** Sends one request; rejects if the connection ends before the answer is complete. */
  request(bytes?: string): Promise<Answer>;
  /** Resolves when the server has closed the connection without an error. */
  ended(): Promise<void>;
}

export const REVIEW = JSON.stringify(reviewOf());

/** An HTTP/1.1 request like those of an API server. */
export function post(body = REVIEW, path = '/validate?timeout=2s'): string {
  const head = [`POST ${path} HTTP/1.1`, 'host: zonewise', 'content-type: application/json'];
  return [...head, `content-length: ${Buffer.byteLength(body)}`, '', body].join('\r\n');
}

/** One TLS connection, kept open, without a pool whose retries could hide a lost request. */
export async function open(port: number, ca: string, client?: KeyPair): Promise<Connection> {
  const socket = connect({ host: '127.0.0.1', port, ca, ...client });
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => {});
  await once(socket, 'secureConnect');
  const ended = once(socket, 'end').then(() => {});
  ended.catch(() => {});
  return {
    socket,
    serial: socket.getPeerCertificate().serialNumber,
    ended: () => ended,
    request: bytes => exchange(socket, bytes ?? post()),
  };
}

function exchange(socket: TLSSocket, bytes: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let text = '';
    const onData = (chunk: Buffer) => {
      text += chunk.toString();
      const answer = parse(text);
      if (answer) finish(() => resolve(answer));
    };
    const onClose = () => finish(() => reject(new Error(`closed after ${JSON.stringify(text.slice(0, 80))}`)));
    const finish = (then: () => void) => {
      socket.off('data', onData);
      socket.off('close', onClose);
      then();
    };
    socket.on('data', onData);
    socket.on('close', onClose);
    if (socket.destroyed || socket.readableEnded) onClose();
    else socket.write(bytes);
  });
}

function parse(text: string): Answer | null {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const body = rest.join('\r\n\r\n');
  const length = /^content-length: (\d+)/im.exec(head)?.[1];
  if (length === undefined || Buffer.byteLength(body) < Number(length)) return null;
  return {
    status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]),
    connection: /^connection: (.*)/im.exec(head)?.[1] ?? '',
    body,
  };
}
