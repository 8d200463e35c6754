import { Pool } from 'undici';

/** What came back, whatever its status. */
export type Answer = { readonly status: number; readonly retryAfter: string | undefined; readonly text: string };

export type Outgoing = {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What is posted; without it something is only asked for. */
  readonly body?: string;
};

/** Sends once. @throws LateError after `timeoutMs`, and anything else when the connection fails. */
export type Send = (outgoing: Outgoing, timeoutMs: number) => Promise<Answer>;

export class LateError extends Error {
  override readonly name = 'LateError';
  constructor(timeoutMs: number) {
    super(`No answer within ${timeoutMs} ms.`);
  }
}

const methodOf = (body: string | undefined) => (body === undefined ? 'GET' : 'POST');

/** As many connections to one address as calls at once, up to this; more calls wait for one. */
const mostConnections = 256;

/**
 * Keep-alive pools, one an address, so that who hangs holds up nobody else. Undici is spoken to at its lowest level:
 * a call costs 25 to 45 µs of CPU that way, where `fetch` takes 130 to 250 (docs/adr/0024).
 */
export const createPools = (): { readonly send: Send; readonly close: () => Promise<void> } => {
  const pools = new Map<string, Pool>();
  const poolOf = (origin: string): Pool => {
    const known = pools.get(origin);
    if (known) return known;
    // The time limit is ours and over the whole exchange. Idle connections go before the other side (65 s) ends them.
    const pool = new Pool(origin, {
      ...{ connections: mostConnections, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 },
      ...{ keepAliveTimeout: 30_000, keepAliveMaxTimeout: 30_000, connect: { timeout: 3000 } },
    });
    pools.set(origin, pool);
    return pool;
  };
  return {
    send: ({ origin, path, headers, body }, timeoutMs) =>
      new Promise((resolve, reject) => {
        let abort: ((reason: Error) => void) | undefined;
        let late: LateError | undefined;
        let status = 0;
        let retryAfter: string | undefined;
        const chunks: Buffer[] = [];
        const timer = setTimeout(() => {
          late = new LateError(timeoutMs);
          abort?.(late);
          reject(late);
        }, timeoutMs);
        poolOf(origin).dispatch(
          { method: methodOf(body), path, headers, ...(body !== undefined && { body }) },
          {
            onRequestStart(controller) {
              // It may have waited for a connection until its time was over.
              if (late) controller.abort(late);
              else abort = (reason) => controller.abort(reason);
            },
            onResponseStart(_controller, statusCode, answered) {
              status = statusCode;
              const { 'retry-after': after } = answered;
              if (typeof after === 'string') retryAfter = after;
            },
            onResponseData(_controller, chunk) {
              chunks.push(chunk);
            },
            onResponseEnd() {
              clearTimeout(timer);
              const [only] = chunks;
              const text = chunks.length === 1 && only ? only.toString() : Buffer.concat(chunks).toString();
              resolve({ status, retryAfter, text });
            },
            onResponseError(_controller, error) {
              clearTimeout(timer);
              reject(error);
            },
          },
        );
      }),
    async close() {
      await Promise.all([...pools.values()].map((it) => it.destroy()));
    },
  };
};

/** The same by means of a `fetch`: for tests, and for who has one of their own. */
export const sendByFetch =
  (fetch: typeof globalThis.fetch): Send =>
  async ({ origin, path, headers, body }, timeoutMs) => {
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const response = await fetch(origin + path, {
        ...{ method: methodOf(body), headers, signal, redirect: 'error' },
        ...(body !== undefined && { body }),
      });
      const text = await response.text();
      return { status: response.status, retryAfter: response.headers.get('retry-after') ?? undefined, text };
    } catch (error) {
      throw signal.aborted ? new LateError(timeoutMs) : error;
    }
  };
