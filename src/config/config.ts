import { Ajv } from 'ajv';
import type { Document } from 'yaml';
import { isCollection, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';
import type { Policy } from '../engine/policy.ts';
import { parseDuration } from '../runtime/duration.ts';
import { errorMessage, InputError } from '../runtime/errors.ts';
import { readTextFile } from '../runtime/text-file.ts';
import { addDurationRange } from './duration-schema.ts';
import type { RawPolicy } from './policy.ts';
import { type PlaceOfField, toPolicy } from './policy.ts';
import { DEFAULT_REPORTS, type ReportsConfig } from './reports.ts';
import { CONFIG_SCHEMA } from './schema.ts';
import { mostSpecificError, schemaErrorMessage } from './schema-error.ts';

interface RawConfig extends RawPolicy {
  certificates?: Partial<Omit<CertificatesConfig, 'leafValidityMs' | 'caValidityMs'>> & {
    leafValidity?: string;
    caValidity?: string;
  };
  webhooks?: Partial<WebhooksConfig>;
  audit?: { debounce?: string; listen?: string; reports?: Partial<ReportsConfig> };
  workloads?: Partial<WorkloadsConfig>;
  page?: { listen?: string };
  serving?: Partial<Omit<ServingConfig, 'drainDelayMs'>> & { drainDelay?: string };
}

/** Where the serving certificate comes from, and the validity of certificates that the controller issues. */
export interface CertificatesConfig {
  readonly mode: 'self-managed' | 'cert-manager' | 'existing-secret';
  /** Secret of the leaf, mounted by the serving Pods. */
  readonly secret: string;
  readonly caSecret: string;
  /** Service that the API server calls; its DNS names are those of the certificate. */
  readonly service: string;
  readonly leafValidityMs: number;
  readonly caValidityMs: number;
}

/** Names of the webhook configurations whose caBundle the controller manages. */
export interface WebhooksConfig {
  readonly validating: string;
  readonly mutating: string;
}

export interface AuditConfig {
  readonly debounceMs: number;
  /** `host:port` of the findings listener; `''` disables it. */
  readonly listen: string;
  readonly reports: ReportsConfig;
}

/** Reviews of workloads and Nodes. */
export interface WorkloadsConfig {
  readonly enabled: boolean;
  /** Whether a rule at level deny rejects such a change; otherwise it warns. */
  readonly deny: boolean;
}

export interface ServingConfig {
  readonly drainDelayMs: number;
  /** Concurrent reviews. Reviews above this limit are evaluated without a Pod lookup, their only blocking step. */
  readonly maxConcurrent: number;
  /** File with the CA of the API server's client certificate; `''` if it is not verified. */
  readonly clientCA: string;
  /** Common name or DNS names of that certificate. */
  readonly clientNames: readonly string[];
  /** Whether all Pods are watched, instead of listed per review. */
  readonly watchPods: 'auto' | 'always' | 'never';
}

/** The parsed configuration file. */
export interface Config {
  readonly policy: Policy;
  readonly certificates: CertificatesConfig;
  readonly webhooks: WebhooksConfig;
  readonly audit: AuditConfig;
  readonly workloads: WorkloadsConfig;
  /** `host:port` of the controller's UI, always on loopback; `''` disables it. */
  readonly page: { readonly listen: string };
  readonly serving: ServingConfig;
}

/** Reads a configuration file. Throws InputError with the file, line, field and expected value. */
export function loadConfig(file: string): Config {
  return parseConfig(readConfigFile(file), file);
}

export function readConfigFile(file: string): string {
  return readTextFile(file, { what: 'the configuration' });
}

export function parseConfig(text: string, file: string): Config {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, logLevel: 'error' });
  const syntax = document.errors[0];
  if (syntax) {
    const line = syntax.linePos?.[0].line ?? 1;
    if (syntax.code === 'MULTIPLE_DOCS')
      throw new InputError('a second document; expected one configuration in the file', { file, line });
    throw new InputError(`not YAML: ${withoutPlace(syntax.message)}`, { file, line });
  }
  rejectOtherKeys(document, { file, lines });
  const raw = toPlainObject(document, file);
  const ajv = addDurationRange(new Ajv({ allErrors: true, verbose: true, strict: false }));
  const validate = ajv.compile<RawConfig>(CONFIG_SCHEMA);
  if (!validate(raw)) {
    const all = validate.errors ?? [];
    const error = mostSpecificError(all);
    const path = segmentsOf(error.instancePath);
    const unknown: unknown = error.params['additionalProperty'];
    const start = offsetOf(document, typeof unknown === 'string' ? [...path, unknown] : path);
    throw new InputError(schemaErrorMessage(error, { path, all }), { file, line: lines.linePos(start).line });
  }
  const place = (field: string) => ({ file, line: lines.linePos(offsetOf(document, field.split('.'))).line });
  if (raw.serving?.clientCA && !raw.serving.clientNames?.length)
    throw new InputError(
      'serving.clientCA needs serving.clientNames: its CA may have signed other certificates',
      place('serving.clientCA'),
    );
  rejectLongLeaf(raw, place);
  return toConfig(raw, place);
}

const DEFAULT_LEAF_VALIDITY = '2160h';
const DEFAULT_CA_VALIDITY = '8760h';

/** A leaf expires no later than its CA, so a longer validity would not be that of any leaf. */
function rejectLongLeaf({ certificates = {} }: RawConfig, placeOf: PlaceOfField): void {
  const { leafValidity = DEFAULT_LEAF_VALIDITY, caValidity = DEFAULT_CA_VALIDITY } = certificates;
  if (parseDuration(leafValidity) < parseDuration(caValidity)) return;
  const field = certificates.leafValidity === undefined ? 'certificates.caValidity' : 'certificates.leafValidity';
  throw new InputError(
    `${field}: a leaf valid for ${leafValidity} would outlive a CA valid for ${caValidity}; expected leafValidity to be less than caValidity`,
    placeOf(field),
  );
}

function toConfig(raw: RawConfig, placeOf: PlaceOfField): Config {
  const {
    leafValidity = DEFAULT_LEAF_VALIDITY,
    caValidity = DEFAULT_CA_VALIDITY,
    ...certificates
  } = raw.certificates ?? {};
  return {
    policy: toPolicy(raw, placeOf),
    certificates: {
      mode: 'self-managed',
      secret: 'zonewise-tls',
      caSecret: 'zonewise-ca',
      service: 'zonewise',
      ...certificates,
      leafValidityMs: parseDuration(leafValidity),
      caValidityMs: parseDuration(caValidity),
    },
    webhooks: { validating: 'zonewise', mutating: 'zonewise', ...raw.webhooks },
    audit: {
      debounceMs: parseDuration(raw.audit?.debounce ?? '2s'),
      listen: raw.audit?.listen ?? '127.0.0.1:8081',
      reports: { ...DEFAULT_REPORTS, ...raw.audit?.reports },
    },
    workloads: { enabled: false, deny: false, ...raw.workloads },
    page: { listen: raw.page?.listen ?? '' },
    serving: {
      drainDelayMs: parseDuration(raw.serving?.drainDelay ?? '5s'),
      maxConcurrent: raw.serving?.maxConcurrent ?? 256,
      clientCA: raw.serving?.clientCA ?? '',
      clientNames: raw.serving?.clientNames ?? [],
      watchPods: raw.serving?.watchPods ?? 'auto',
    },
  };
}

/** The line is named before the message, and the text below it is not repeated. */
function withoutPlace(message: string): string {
  return message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? message;
}

/** A key that is a list or a mapping would be read as its text. */
function rejectOtherKeys(document: Document, { file, lines }: { readonly file: string; readonly lines: LineCounter }) {
  visit(document, {
    Pair(_, { key }) {
      if (!isCollection(key)) return;
      const { line } = lines.linePos(key.range?.[0] ?? 0);
      throw new InputError(`a ${isSeq(key) ? 'list' : 'mapping'} as the name of a field; expected a text`, {
        file,
        line,
      });
    },
  });
}

function toPlainObject(document: Document, file: string): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    throw new InputError(`not YAML: ${errorMessage(cause)}`, { file, line: 1, cause });
  }
}

/** The segments of a JSON pointer. */
function segmentsOf(pointer: string): readonly string[] {
  const segments = pointer.split('/').slice(1);
  return segments.map(segment => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The offset of a field's name or of a list item; of its nearest parent if it is absent. */
function offsetOf(document: Document, path: readonly string[]): number {
  let at: unknown = document.contents;
  let start = 0;
  for (const segment of path) {
    const pair = isMap(at) ? at.items.find(({ key }) => isScalar(key) && String(key.value) === segment) : undefined;
    at = pair ? pair.value : isSeq(at) ? at.items[Number(segment)] : null;
    const node = pair ? pair.key : at;
    if (isNode(node)) start = node.range?.[0] ?? start;
  }
  return start;
}

/** The configuration without a file. */
export const DEFAULT_CONFIG: Config = toConfig({}, () => ({ file: '', line: 1 }));
