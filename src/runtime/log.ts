export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Where log lines go: the caller's logger. Fields are plain data; no credential is ever among them. */
export type Log = (level: LogLevel, message: string, fields: Readonly<Record<string, unknown>>) => void;
