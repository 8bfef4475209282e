import type { Readable } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { ChangeStream, type RevisionSource } from '../../../src/ui/server/change-stream.ts';
import { FakeClock } from '../../support/fake-clock.ts';

/** A source of revisions that the test controls. */
class Lab implements RevisionSource {
  readonly clock = new FakeClock();
  revision = 1;
  size = 10;
  #notify = () => {};
  readonly events = new ChangeStream(this, this.clock);

  constructor() {
    onTestFinished(() => this.events.close());
  }

  onChange(listener: () => void): () => void {
    this.#notify = listener;
    return () => {
      this.#notify = () => {};
    };
  }

  change(): void {
    this.revision++;
    this.#notify();
  }

  open(): Readable {
    const stream = this.events.open();
    if (!stream) throw new Error('too many');
    return stream.setEncoding('utf8');
  }
}

/** Revisions received since the last call. */
function revisions(stream: Readable): readonly number[] {
  const text = String(stream.read() ?? '');
  return [...text.matchAll(/^event: changed\ndata: (.*)\n\n/gm)].map(([, data]) => JSON.parse(data ?? '').revision);
}

test('sends the revision on connect', () => {
  const lab = new Lab();
  expect(lab.open().read()).toBe('retry: 2000\nevent: changed\ndata: {"revision":1}\n\n');
  lab.change();
  expect(revisions(lab.open())).toEqual([2]);
});

test('sends one event per burst, and the next after at least half a second', () => {
  const lab = new Lab();
  const stream = lab.open();
  revisions(stream);
  for (let n = 0; n < 50; n++) lab.change();
  expect(revisions(stream)).toEqual([]);
  lab.clock.advance(100);
  expect(revisions(stream)).toEqual([51]);
  lab.change();
  lab.clock.advance(499);
  expect(revisions(stream)).toEqual([]);
  lab.clock.advance(1);
  expect(revisions(stream)).toEqual([52]);
  lab.clock.advance(10_000);
  expect(revisions(stream)).toEqual([]);
});

test('sends at most one event per five seconds for 10,000 Services', () => {
  const lab = new Lab();
  lab.size = 10_000;
  const stream = lab.open();
  revisions(stream);
  const received: number[] = [];
  for (let tenth = 0; tenth < 600; tenth++) {
    lab.change();
    lab.clock.advance(100);
    received.push(...revisions(stream));
  }
  expect(received.length).toBeGreaterThan(10);
  expect(received.length).toBeLessThan(14);
});

test('sends a comment every 20 s while a client is connected', () => {
  const lab = new Lab();
  const stream = lab.open();
  stream.read();
  lab.clock.advance(60_000);
  expect(stream.read()).toBe(':\n\n:\n\n:\n\n');
  stream.destroy();
  return new Promise<void>(resolve => {
    stream.once('close', () => {
      lab.clock.advance(20_000);
      expect(lab.clock.pending()).toEqual([]);
      resolve();
    });
  });
});

test('allows 32 streams and frees the slot of a closed one', async () => {
  const lab = new Lab();
  const streams = Array.from({ length: 32 }, () => lab.open());
  expect(lab.events.open()).toBeNull();
  await new Promise(resolve => streams[0]?.destroy().once('close', resolve));
  expect(lab.events.open()).not.toBeNull();
});

test('disconnects a client that does not read and keeps the others', () => {
  const lab = new Lab();
  const [lazy, keen] = [lab.open(), lab.open()];
  for (let n = 0; n < 1_000; n++) {
    lab.change();
    lab.clock.advance(500);
    revisions(keen);
  }
  expect([lazy.destroyed, keen.destroyed]).toEqual([true, false]);
});

test('ends all streams on close and rejects new ones', () => {
  const lab = new Lab();
  const stream = lab.open();
  lab.events.close();
  expect([stream.destroyed, lab.events.open(), lab.clock.pending()]).toEqual([true, null, []]);
});
