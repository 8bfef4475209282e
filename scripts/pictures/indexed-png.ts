import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const MAX_COLOURS = 256;

interface Image {
  readonly width: number;
  readonly height: number;
  /** Three bytes a pixel. */
  readonly rgb: Buffer;
}

/** The same picture with 256 colours at most: a screenshot of flat colours is a third as large and looks the same. */
export function indexedPng(png: Buffer): Buffer {
  const { width, height, rgb } = decode(png);
  const counts = new Map<number, number>();
  for (let at = 0; at < rgb.length; at += 3) {
    const colour = rgb.readUIntBE(at, 3);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const palette = paletteOf(counts);
  const nearest = new Map(palette.map((colour, index) => [colour, index]));
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0, at = 0, to = 0; y < height; y++) {
    rows[to++] = 0;
    for (let x = 0; x < width; x++, at += 3) {
      const colour = rgb.readUIntBE(at, 3);
      let index = nearest.get(colour);
      if (index === undefined) {
        index = closest(colour, palette);
        nearest.set(colour, index);
      }
      rows[to++] = index;
    }
  }
  return encode({ width, height, palette, rows });
}

/** The commonest colours that are not almost the same as a commoner one. */
function paletteOf(counts: ReadonlyMap<number, number>): readonly number[] {
  const common = [...counts].sort(([a, n], [b, m]) => m - n || a - b).map(([colour]) => colour);
  if (common.length <= MAX_COLOURS) return common;
  const palette: number[] = [];
  for (const minDistance of [120, 60, 20, 0]) {
    for (const colour of common.slice(0, 4000)) {
      if (palette.length === MAX_COLOURS) return palette;
      if (palette.every(other => distance(colour, other) > minDistance)) palette.push(colour);
    }
  }
  return palette;
}

function closest(colour: number, palette: readonly number[]): number {
  let best = 0;
  for (let i = 1; i < palette.length; i++) {
    if (distance(colour, palette[i] ?? 0) < distance(colour, palette[best] ?? 0)) best = i;
  }
  return best;
}

function distance(a: number, b: number): number {
  const [red, green, blue] = [(a >> 16) - (b >> 16), ((a >> 8) & 255) - ((b >> 8) & 255), (a & 255) - (b & 255)];
  return red * red + green * green + blue * blue;
}

/** Reads what Chromium writes: 8 bits a channel, RGB or RGBA, not interlaced. */
function decode(png: Buffer): Image {
  const parts: Buffer[] = [];
  for (let at = SIGNATURE.length; at < png.length; ) {
    const length = png.readUInt32BE(at);
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  const [width, height, type] = [png.readUInt32BE(16), png.readUInt32BE(20), png[25]];
  if (png[24] !== 8 || (type !== 2 && type !== 6)) throw new Error('no picture that Chromium would make');
  const bytes = type === 6 ? 4 : 3;
  const data = inflateSync(Buffer.concat(parts));
  const rgb = Buffer.alloc(width * height * 3);
  let above = Buffer.alloc(width * bytes);
  for (let y = 0; y < height; y++) {
    const start = y * (width * bytes + 1);
    const row = unfilter(data[start] ?? 0, data.subarray(start + 1, start + 1 + width * bytes), { above, bytes });
    for (let x = 0; x < width; x++) row.copy(rgb, (y * width + x) * 3, x * bytes, x * bytes + 3);
    above = row;
  }
  return { width, height, rgb };
}

/** PNG specification, section 9: each byte is stored as a difference to its neighbours. */
function unfilter(
  filter: number,
  line: Buffer,
  { above, bytes }: { above: Buffer; bytes: number },
): Buffer<ArrayBuffer> {
  const row = Buffer.alloc(line.length);
  for (let i = 0; i < line.length; i++) {
    const [left, up, corner] = [row[i - bytes] ?? 0, above[i] ?? 0, i < bytes ? 0 : (above[i - bytes] ?? 0)];
    const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter] ?? 0;
    row[i] = (line[i] ?? 0) + guess;
  }
  return row;
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [toLeft, toUp, toCorner] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}

function encode(of: { width: number; height: number; palette: readonly number[]; rows: Buffer }): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(of.width, 0);
  header.writeUInt32BE(of.height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  const palette = Buffer.alloc(of.palette.length * 3);
  for (const [i, colour] of of.palette.entries()) palette.writeUIntBE(colour, i * 3, 3);
  const data = deflateSync(of.rows, { level: 9, memLevel: 9 });
  return Buffer.concat([SIGNATURE, chunk('IHDR', header), chunk('PLTE', palette), chunk('IDAT', data), chunk('IEND')]);
}

function chunk(name: string, data: Buffer = Buffer.alloc(0)): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
