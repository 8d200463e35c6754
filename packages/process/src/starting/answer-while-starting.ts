import type { RequestListener } from 'node:http';

/** What the door answers until all is ready: the process lives, is not ready, and whoever calls may come back soon. */
export const answerWhileStarting: RequestListener = ({ url }, response) => {
  const say = (status: number, body: object) =>
    response
      .writeHead(status, {
        'content-type': 'application/json',
        'cache-control': 'no-store',
        ...(status === 503 && { 'retry-after': '1' }),
      })
      .end(JSON.stringify(body));
  if (url === '/health/live') say(200, { live: true });
  else say(503, { ready: false, checks: { process: { ok: false, detail: 'starting' } } });
};
