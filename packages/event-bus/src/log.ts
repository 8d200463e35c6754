/** Where warnings go; `pino` fits. Never personal data: ids, names of parts and scrubbed reasons only. */
export type Log = {
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
};
