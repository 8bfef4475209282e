import { pino } from 'pino';
import { safeOutput } from '../../report/printable.ts';

/** Anything that `safeOutput` may change; most lines have none, and the test costs a tenth of it. */
const NOT_PLAIN = /[^\n -~]|##/;

/** pino's options for the log of servers: JSON lines that are safe to print whatever names and texts they contain. */
export const JSON_LOG: pino.LoggerOptions = {
  base: null,
  timestamp: pino.stdTimeFunctions.isoTime,
  hooks: { streamWrite: line => (NOT_PLAIN.test(line) ? safeOutput(line, { colour: false }) : line) },
};
