import type { Ajv } from 'ajv';
import { parseDuration } from '../runtime/duration.ts';

const RANGE_KEYWORD = 'x-duration';

interface DurationRange {
  readonly min: string;
  readonly max: string;
}

/** Schema of a duration within a range. Timers of Node.js cannot wait longer than 24 days. */
export function durationSchema(min: string, max: string) {
  return {
    type: 'string',
    pattern: '^\\d+(ms|s|m|h)$',
    [RANGE_KEYWORD]: { min, max },
    'x-expected': `a duration from ${min} to ${max}, such as 500ms, 60s, 5m or 1h`,
  };
}

/** Lets a validator check the ranges of durations, which JSON Schema has no keyword for. */
export function addDurationRange(ajv: Ajv): Ajv {
  return ajv.addKeyword({
    keyword: RANGE_KEYWORD,
    type: 'string',
    validate: ({ min, max }: DurationRange, text: string) => {
      const millis = parseDuration(text);
      return millis >= parseDuration(min) && millis <= parseDuration(max);
    },
  });
}
