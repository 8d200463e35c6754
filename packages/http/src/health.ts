import { Router } from 'express';
import type { Log } from './log.ts';

/**
 * `detail` is read by operators: what is wrong, in a few words, without personal data or secrets. An `optional` part is
 * shown, and does not keep the rest from being ready.
 */
export type Check = { readonly ok: boolean; readonly detail?: string; readonly optional?: boolean };
export type Checks = Readonly<Record<string, () => Check | Promise<Check>>>;

export type Health = {
  /** `GET /health/live`: the process answers. `GET /health/ready`: every check that is not optional is well, else 503. */
  readonly router: Router;
  /** Not ready from now on, so that no new work is sent here while the process stops. */
  readonly drain: () => void;
  readonly ready: () => Promise<{ readonly ready: boolean; readonly checks: Readonly<Record<string, Check>> }>;
};

/** A check that does not answer in `timeoutMs` has failed; so has one that throws, and the log says with what. */
export const createHealth = ({
  checks,
  log,
  timeoutMs = 2000,
}: {
  readonly checks: Checks;
  readonly log: Log;
  readonly timeoutMs?: number;
}): Health => {
  let draining = false;
  const run = async ([check, look]: [string, Checks[string]]): Promise<[string, Check]> => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<Check>((resolve) => {
      timer = setTimeout(() => resolve({ ok: false, detail: `no answer within ${timeoutMs} ms` }), timeoutMs);
    });
    try {
      return [check, await Promise.race([Promise.resolve().then(look), late])];
    } catch (error) {
      log.warn({ err: error, check }, 'a readiness check failed');
      return [check, { ok: false, detail: 'the check itself failed; the log has it' }];
    } finally {
      clearTimeout(timer);
    }
  };
  const ready: Health['ready'] = async () => {
    const answers = Object.fromEntries(await Promise.all(Object.entries(checks).map(run)));
    const all = draining ? { ...answers, process: { ok: false, detail: 'stopping' } } : answers;
    return { ready: Object.values(all).every((it) => it.ok || it.optional), checks: all };
  };
  const router = Router();
  router.get('/health/live', (_request, response) => {
    response.set('Cache-Control', 'no-store').json({ live: true });
  });
  router.get('/health/ready', async (_request, response) => {
    const answer = await ready();
    response
      .status(answer.ready ? 200 : 503)
      .set('Cache-Control', 'no-store')
      .json(answer);
  });
  return {
    router,
    ready,
    drain() {
      draining = true;
    },
  };
};
