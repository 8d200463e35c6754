import { setTimeout as wait } from 'node:timers/promises';
import { UnavailableError } from '@adempauze/kernel';
import { type BreakerOptions, type BreakerState, createBreaker, usualBreaker } from './breaker.ts';
import { correlationHeader } from './correlation.ts';
import { type Answer, createPools, LateError, type Send, sendByFetch } from './send.ts';

export type ReplicasOptions = {
  /** What is called, for messages: `bookings`. */
  readonly name?: string;
  /** Where each replica listens; the path, if any, comes before `/<service>/<operation>`. Or `url`, when it is one. */
  readonly urls?: readonly string[];
  readonly url?: string;
  /** The secret that processes share; goes along as `Authorization: Bearer`. */
  readonly token?: string | undefined;
  /** For one call with all its retries. */
  readonly timeoutMs: number;
  /**
   * For one try, so that a replica that hangs leaves time for another; a third of the call's time unless told, and all
   * of it where there is one replica only. Longer than the slowest honest answer (lists may wait two seconds).
   */
  readonly attemptTimeoutMs?: number;
  /** From 0 up to 1; spreads retries, so that callers do not come back all at once. */
  readonly random: () => number;
  /** Of the request being served: queries carry it along. Commands have it in their context. */
  readonly correlationId?: (() => string | undefined) | undefined;
  /** In place of the keep-alive pools. */
  readonly fetch?: typeof fetch;
  readonly breaker?: Partial<BreakerOptions>;
  /** A replica is left alone from now on, is looked at, or is called again. */
  readonly onState?: (url: string, state: BreakerState) => void;
  /** Monotonous milliseconds; the machine's unless told. */
  readonly nowMs?: () => number;
};

export type ReplicaStatus = { readonly url: string; readonly state: BreakerState };

/** All replicas of one service, seen as one thing to call. Several clients may share it. */
export type Replicas = {
  readonly name: string;
  /**
   * Posts JSON. An answer of any status is given back, except that of a replica that does not serve: then another is
   * asked. @throws UnavailableError when none can be reached in time; at once while all are known to be away.
   */
  readonly call: (path: string, body: string, correlationId?: string) => Promise<Answer>;
  /** Who to open a long stream at; undefined while all are known to be away. `report` says how it went, if that is known. */
  readonly choose: () => { readonly url: string; readonly report: (went: 'well' | 'wrong') => void } | undefined;
  readonly headers: (correlationId?: string) => Record<string, string>;
  readonly random: () => number;
  /** Whether a call would be tried at all now. */
  readonly reachable: () => boolean;
  readonly status: () => readonly ReplicaStatus[];
  /** Calls made, and tries beyond the first of a call. */
  readonly counts: () => { readonly calls: number; readonly retries: number };
  readonly close: () => Promise<void>;
};

/** Tries of one call; more where there are more replicas to ask. */
const fewestAttempts = 3;
/** At most, before all replicas are asked a second time; twice as much before the third. */
const firstPauseMs = 100;
/** Retries saved up for a bad moment. Beyond it one retry is earned by every call: at the worst twice the load. */
const mostSavedRetries = 20;

/** For a replica that is away to show that it lives: `GET /health/live`. */
const probeTimeoutMs = 1000;

/** What something in between says, or a service that cannot do this now: another replica may. */
const notServing = new Set([502, 503, 504]);

/**
 * Replicas in turn, each behind its breaker. A lost connection, an attempt that took too long, and an answer that says
 * "not here, not now" go to another replica at once; when all were asked, lost connections and time-outs begin a second
 * round after a random pause. Repeating is safe: queries change nothing, and the same command id is the same command.
 */
export const createReplicas = (options: ReplicasOptions): Replicas => {
  const { timeoutMs, random, token, onState, nowMs = () => performance.now() } = options;
  const urls = options.urls ?? (options.url === undefined ? [] : [options.url]);
  if (urls.length === 0) throw new Error('A service needs at least one URL.');
  const name = options.name ?? 'A service';
  const attemptTimeoutMs = options.attemptTimeoutMs ?? (urls.length === 1 ? timeoutMs : timeoutMs / 3);
  const mostAttempts = Math.max(fewestAttempts, urls.length + 1);
  const pools = options.fetch ? undefined : createPools();
  const send: Send = options.fetch ? sendByFetch(options.fetch) : (pools?.send ?? unreachable);
  const replicas = urls.map((text) => {
    const { origin, pathname } = new URL(text);
    const base = pathname.replace(/\/$/, '');
    const breaker = createBreaker(
      { ...usualBreaker, ...options.breaker },
      {
        ...{ nowMs, random, onState: onState && ((state) => onState(text, state)) },
        timer(ms, work) {
          const later = setTimeout(work, ms).unref();
          return () => clearTimeout(later);
        },
        probe: () =>
          send({ origin, path: `${base}/health/live`, headers: {} }, probeTimeoutMs).then(
            ({ status }) => status < 500,
            () => false,
          ),
      },
    );
    return { url: text.replace(/\/$/, ''), origin, base, breaker };
  });
  type Replica = (typeof replicas)[number];

  let turn = Math.floor(random() * replicas.length);
  const next = (except: ReadonlySet<Replica>): Replica | undefined => {
    for (let offset = 0; offset < replicas.length; offset++) {
      const replica = replicas[(turn + offset) % replicas.length];
      if (!replica || except.has(replica) || replica.breaker.state() !== 'closed') continue;
      turn = (turn + offset + 1) % replicas.length;
      return replica;
    }
    return undefined;
  };
  const soonestMs = () => Math.max(100, Math.ceil(Math.min(...replicas.map(({ breaker }) => breaker.waitMs()))));
  const headers = (correlationId?: string): Record<string, string> => ({
    'content-type': 'application/json',
    ...(token && { authorization: `Bearer ${token}` }),
    ...(correlationId && { [correlationHeader]: correlationId }),
  });

  let savedRetries = mostSavedRetries;
  let calls = 0;
  let retries = 0;

  type Tried = { readonly answer: Answer } | { readonly cause: unknown };
  const attempt = async (
    replica: Replica,
    path: string,
    head: Record<string, string>,
    body: string,
    leftMs: number,
  ) => {
    const { origin, base, breaker } = replica;
    const givenMs = Math.ceil(Math.min(attemptTimeoutMs, leftMs));
    try {
      const answer = await send({ origin, path: base + path, headers: head, body }, givenMs);
      // Whoever says itself that it cannot do this now is there, and may well do other things.
      if (!notServing.has(answer.status) || isOwnProblem(answer)) breaker.succeeded();
      else breaker.failed();
      return { answer };
    } catch (cause) {
      // Too little time is no sign of illness.
      const isFair = !(cause instanceof LateError) || givenMs >= attemptTimeoutMs / 2;
      if (isFair) breaker.failed();
      if (cause instanceof LateError) breaker.suspect();
      return { cause };
    }
  };
  const finish = (last: Tried): Answer => {
    if ('answer' in last) return last.answer;
    const what = last.cause instanceof LateError ? 'did not answer in time' : 'cannot be reached';
    throw new UnavailableError(`${name} ${what}.`, Math.max(1000, soonestMs()), { cause: last.cause });
  };

  return {
    name,
    headers,
    random,
    async call(path, body, correlationId = options.correlationId?.()) {
      const deadlineMs = nowMs() + timeoutMs;
      const head = headers(correlationId);
      const asked = new Set<Replica>();
      let last: Tried | undefined;
      let rounds = 0;
      calls += 1;
      savedRetries = Math.min(mostSavedRetries, savedRetries + 1);
      for (let attempts = 0; ; ) {
        const leftMs = deadlineMs - nowMs();
        if (last && (attempts === mostAttempts || leftMs <= 0 || savedRetries < 1)) return finish(last);
        const replica = next(asked);
        if (!replica) {
          if (!last) throw new UnavailableError(`${name} is away.`, soonestMs());
          // Everybody who may be asked has been. What was answered stays the answer; a connection may be had now.
          if ('answer' in last || asked.size === 0) return finish(last);
          asked.clear();
          const pauseMs = random() * firstPauseMs * 2 ** rounds++;
          if (pauseMs >= leftMs) return finish(last);
          await wait(pauseMs);
          continue;
        }
        if (last) {
          savedRetries -= 1;
          retries += 1;
        }
        attempts += 1;
        asked.add(replica);
        last = await attempt(replica, path, head, body, leftMs);
        if ('answer' in last && !notServing.has(last.answer.status)) return last.answer;
      }
    },
    choose() {
      const replica = next(new Set());
      return (
        replica && {
          url: replica.url,
          report: (went) => (went === 'well' ? replica.breaker.succeeded() : replica.breaker.failed()),
        }
      );
    },
    reachable: () => replicas.some(({ breaker }) => breaker.state() === 'closed'),
    status: () => replicas.map(({ url, breaker }) => ({ url, state: breaker.state() })),
    counts: () => ({ calls, retries }),
    async close() {
      for (const { breaker } of replicas) breaker.close();
      await pools?.close();
    },
  };
};

const isOwnProblem = ({ status, text }: Answer): boolean => status === 503 && text.includes('"retryAfterMs"');

const unreachable: Send = () => Promise.reject(new Error('There is no way to send.'));
