import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { parseAllDocuments } from 'yaml';
import type { RawCluster, RawNode, RawService, RawSlice } from '../upstream/generate/objects.ts';
import type { Answer } from './oracle.ts';
import type { Settings } from './settings.ts';
import { settingsForCases } from './settings.ts';

const FOLDER = join(import.meta.dirname, 'cases');
const ANSWERS = join(import.meta.dirname, 'answers');

export interface Case {
  /** Unique among the cases of one minor. */
  readonly name: string;
  readonly cluster: RawCluster;
  readonly settings: Settings;
}

/** The hand-made clusters of `cases/`, with service topology and kube-proxy replacement on and off. */
export function casesUnderSettings(): readonly Case[] {
  const cases = readCases();
  return settingsForCases().flatMap((settings, i) =>
    cases.map(one => ({ ...one, name: `${one.name} ${i}`, settings })),
  );
}

/** Minors whose answers are recorded. */
export function recordedMinors(): readonly number[] {
  return readdirSync(ANSWERS).map(file => Number.parseInt(file, 10));
}

/** Cilium's recorded answers to the cases, by name. */
export function readAnswers(minor: number): Readonly<Record<string, Answer>> {
  const text = gunzipSync(readFileSync(join(ANSWERS, `${minor}.json.gz`))).toString();
  return JSON.parse(text) as Record<string, Answer>;
}

export function writeAnswers(minor: number, answers: Readonly<Record<string, Answer>>): void {
  writeFileSync(join(ANSWERS, `${minor}.json.gz`), gzipSync(JSON.stringify(answers), { level: 9 }));
}

function readCases(): readonly Omit<Case, 'settings'>[] {
  return readdirSync(FOLDER)
    .filter(file => file.endsWith('.yaml'))
    .map(name => ({ name, cluster: readCluster(readFileSync(join(FOLDER, name), 'utf8')) }));
}

function readCluster(text: string): RawCluster {
  const objects = parseAllDocuments(text).map(document => document.toJS() as RawNode | RawService | RawSlice);
  return {
    nodes: objects.filter(object => object.kind === 'Node'),
    services: objects.filter(object => object.kind === 'Service'),
    slices: objects.filter(object => object.kind === 'EndpointSlice'),
  };
}
