import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';

/** The official JSON schema of SARIF 2.1.0, from Microsoft's package of test matchers. */
const SCHEMA = '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json';

/** The errors of a SARIF log, one line each, including formats and internal references; empty if it is valid. */
export function sarifErrors(log: unknown): readonly string[] {
  const {
    $schema: _draft4,
    id: _draft4Id,
    ...schema
  } = JSON.parse(readFileSync(fileURLToPath(import.meta.resolve(SCHEMA)), 'utf8'));
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
  ajv.addFormat('uri', text => URL.canParse(text));
  ajv.addFormat('uri-reference', text => URL.canParse(text, 'file:///base/') && /^[\x21-\x7E]*$/.test(text));
  ajv.addFormat('date-time', text => !Number.isNaN(Date.parse(text)));
  const validate = ajv.compile(schema);
  validate(log);
  return (validate.errors ?? []).map(error => `${error.instancePath}: ${error.message}`);
}

export interface SarifRegion {
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export interface SarifResult {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly locations: readonly [
    {
      readonly physicalLocation?: {
        readonly artifactLocation: { readonly uri: string; readonly uriBaseId?: string };
        readonly region: { readonly startLine: number };
      };
      readonly logicalLocations: readonly [{ readonly fullyQualifiedName: string }];
    },
  ];
  readonly fixes?: readonly [
    {
      readonly artifactChanges: readonly [
        {
          readonly replacements: readonly {
            readonly deletedRegion: SarifRegion;
            readonly insertedContent: { readonly text: string };
          }[];
        },
      ];
    },
  ];
}

export interface SarifRun {
  readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
  readonly invocations: readonly [
    {
      readonly executionSuccessful: boolean;
      readonly toolExecutionNotifications: readonly {
        readonly level: string;
        readonly message: { readonly text: string };
      }[];
    },
  ];
  readonly results: readonly SarifResult[];
}

export function runOf(text: string): SarifRun {
  return JSON.parse(text).runs[0];
}

/** The text after a fix that is applied by its region, as in an editor. */
export function applyFix(text: string, result: SarifResult | undefined): string {
  const replacements = result?.fixes?.[0].artifactChanges[0].replacements ?? [];
  return replacements.reduceRight(
    (current, { deletedRegion: { startLine, startColumn, endLine, endColumn }, insertedContent }) => {
      const start = offset(current, startLine, startColumn);
      return current.slice(0, start) + insertedContent.text + current.slice(offset(current, endLine, endColumn));
    },
    text,
  );
}

function offset(text: string, line: number, column: number): number {
  const above = text
    .split('\n')
    .slice(0, line - 1)
    .map(one => one.length + 1);
  return above.reduce((sum, length) => sum + length, 0) + column - 1;
}
