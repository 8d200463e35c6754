import { type DestinationStream, type Logger, pino } from 'pino';

/** Structured logs, one JSON object a line. `log.child({ … })` adds fields to every line of a part. */
export type Log = Logger;
export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

/**
 * Keys that nobody should log. Personal data is sealed before it comes near a log line; this is for the day that
 * somebody forgets. `name` is among them: call the name of a thing by what it is, `step`, `projection`, `check`.
 */
const neverLogged = [
  ...['name', 'givenName', 'familyName', 'displayName', 'email', 'phone', 'address', 'street', 'houseNumber'],
  ...['postcode', 'birthDate', 'bornOn', 'bsn', 'iban', 'health', 'conditions', 'note', 'notes', 'text', 'message'],
  ...['password', 'secret', 'token', 'authorization', 'cookie', 'masterKey', 'variables'],
];
const redactedPaths = neverLogged.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]);

/**
 * `correlationId` gives the id of the request that is being served (see `createCorrelation`): every line carries it.
 * `destination` is where lines go; standard output when absent.
 */
export const createLog = ({
  service,
  level,
  correlationId,
  destination,
}: {
  readonly service: string;
  readonly level: LogLevel;
  readonly correlationId?: () => string | undefined;
  readonly destination?: DestinationStream;
}): Log => {
  const options = {
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    messageKey: 'msg',
    redact: { paths: redactedPaths, censor: '[redacted]' },
    serializers: { err: describeError },
    mixin: () => {
      const current = correlationId?.();
      return current === undefined ? {} : { correlationId: current };
    },
    // A child's or a line's own correlation id counts, not the one of the request around it.
    mixinMergeStrategy: (line: object, mixin: object) => ({ ...mixin, ...line }),
  };
  return destination ? pino(options, destination) : pino(options);
};

/** For tests, and for parts that are run on their own. */
export const silentLog: Log = pino({ level: 'silent', enabled: false });

type ErrorLine = { type: string; what: string; code?: string; stack?: string; cause?: ErrorLine };

/**
 * What a log says of an error: a driver's error can carry rows and requests in its own fields, so only these are
 * written. `what` is the message; our own messages never hold personal data.
 */
const describeError = (error: unknown, depth = 0): ErrorLine => {
  if (typeof error !== 'object' || error === null) return { type: typeof error, what: 'not an error object' };
  const field = (key: string): unknown => Reflect.get(error, key);
  const [type, what, code, stack, cause] = ['name', 'message', 'code', 'stack', 'cause'].map(field);
  return {
    type: typeof type === 'string' ? type : 'Error',
    what: typeof what === 'string' ? what : '',
    ...((typeof code === 'string' || typeof code === 'number') && { code: String(code) }),
    ...(typeof stack === 'string' && { stack }),
    ...(cause !== undefined && depth < 3 && { cause: describeError(cause, depth + 1) }),
  };
};
