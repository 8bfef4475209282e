export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Writes a log line to the caller's logger. Fields are plain data and never contain credentials. */
export type Log = (level: LogLevel, message: string, fields: Readonly<Record<string, unknown>>) => void;
