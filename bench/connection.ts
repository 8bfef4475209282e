import type { TLSSocket } from 'node:tls';
import { connect } from 'node:tls';

export interface Target {
  readonly port: number;
  readonly path: string;
  /** Certificate of the CA that signed the server's, PEM. */
  readonly ca: string;
}

export interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

/** An HTTP/1.1 request in one piece, with the headers that the API server sends to webhooks. */
export function requestBytes({ port, path }: Target, body: Buffer): Buffer {
  const head = [
    `POST ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    'User-Agent: kube-apiserver-admission',
    `Content-Length: ${body.length}`,
    'Accept: application/json, */*',
    'Content-Type: application/json',
    'Accept-Encoding: gzip',
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), body]);
}

const HEAD_END = Buffer.from('\r\n\r\n');

/**
 * One connection with one request at a time and a minimal HTTP parser: the generator must cost less than the server, or the
 * generator would be measured.
 */
export class Connection {
  readonly #target: Target;
  #socket: TLSSocket | null = null;
  #seen: Buffer | null = null;
  #done: ((answer: Answer) => void) | null = null;
  #failed: (error: Error) => void = () => {};

  constructor(target: Target) {
    this.#target = target;
  }

  /** Errors go to `failed`. Opens another connection if the server closed the last. */
  send(request: Buffer, done: (answer: Answer) => void, failed: (error: Error) => void): void {
    this.#done = done;
    this.#failed = failed;
    if (this.#socket) this.#socket.write(request);
    else this.open(socket => socket.write(request), failed);
  }

  open(opened: (socket: TLSSocket) => void, failed: (error: Error) => void): void {
    const { port, ca } = this.#target;
    this.#failed = failed;
    const socket = connect({ host: '127.0.0.1', port, ca, ALPNProtocols: ['http/1.1'] }, () => opened(socket));
    socket.setNoDelay(true);
    socket.on('data', chunk => this.#read(chunk));
    socket.on('error', error => this.#failed(error));
    socket.on('close', () => {
      if (this.#socket === socket) this.#socket = null;
      if (this.#socket === null && this.#done) this.#failed(new Error('the server closed the connection'));
    });
    this.#socket = socket;
  }

  close(): void {
    this.#done = null;
    this.#socket?.destroy();
    this.#socket = null;
  }

  #read(chunk: Buffer): void {
    const seen = this.#seen ? Buffer.concat([this.#seen, chunk]) : chunk;
    this.#seen = seen;
    const end = seen.indexOf(HEAD_END);
    if (end < 0) return;
    const head = seen.toString('latin1', 0, end).toLowerCase();
    const length = lengthIn(head);
    if (length === null) {
      this.#failed(new Error(`the answer has no Content-Length: ${head}`));
      return;
    }
    const from = end + HEAD_END.length;
    if (seen.length < from + length) return;
    this.#seen = null;
    const done = this.#done;
    this.#done = null;
    if (head.includes('\r\nconnection: close')) this.close();
    done?.({ status: Number(head.slice(9, 12)), body: seen.subarray(from, from + length) });
  }
}

const LENGTH = '\r\ncontent-length: ';

function lengthIn(head: string): number | null {
  const at = head.indexOf(LENGTH);
  return at < 0 ? null : Number.parseInt(head.slice(at + LENGTH.length, at + LENGTH.length + 10), 10);
}
