import type { FieldEdit } from '../../model/finding.ts';
import { InputError } from '../../runtime/errors.ts';
import { quoted } from './quoted.ts';

/** Fields of `spec` that --set accepts. */
export const EDITABLE_FIELDS = [
  'type',
  'internalTrafficPolicy',
  'externalTrafficPolicy',
  'trafficDistribution',
  'sessionAffinity',
  'publishNotReadyAddresses',
];

const ANNOTATION = /^metadata\.annotations(?:\.(.+)|\["(.+)"\])$/;

/** Parses `spec.FIELD=VALUE` or `metadata.annotations.KEY=VALUE`; an empty value removes the field. Throws InputError. */
export function parseEdit(text: string): FieldEdit {
  const at = text.indexOf('=');
  const expected = `expected spec.FIELD=VALUE with FIELD one of ${EDITABLE_FIELDS.join(', ')}, or metadata.annotations.KEY=VALUE`;
  if (at < 0) throw new InputError(`--set ${quoted(text)}: ${expected}`);
  const path = text.slice(0, at);
  const value = text.slice(at + 1) || null;
  const annotation = ANNOTATION.exec(path);
  if (annotation) return { path: ['metadata', 'annotations', annotation[1] ?? annotation[2] ?? ''], value };
  const [section, field = '', ...rest] = path.split('.');
  if (section !== 'spec' || !EDITABLE_FIELDS.includes(field) || rest.length > 0)
    throw new InputError(`--set ${quoted(text)}: ${expected}`);
  return { path: ['spec', field], value };
}
