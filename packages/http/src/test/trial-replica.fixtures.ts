import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How a replica behaves: takes the call and never answers, hangs up, says that it does not serve, or something else does. */
export type Manner = 'serves' | 'hangs' | 'hangs up' | 'unavailable' | 'bad gateway' | 'broken';

/** A server on loopback that answers every call with `{ output: <its name> }`, until it is told to behave otherwise. */
export const startTrialReplica = async (name: string) => {
  let manner: Manner = 'serves';
  let server: Server | undefined;
  let port = 0;
  const calls: { readonly path: string; readonly headers: NodeJS.Dict<string | string[]>; readonly body: string }[] =
    [];
  const start = async () => {
    server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      calls.push({ path: request.url ?? '', headers: request.headers, body });
      const say = (status: number, answer: object) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
      switch (manner) {
        case 'hangs':
          return;
        case 'hangs up':
          return void request.socket.destroy();
        case 'unavailable':
          return void say(503, { retryAfterMs: 1234 });
        case 'bad gateway':
          return void say(502, {});
        case 'broken':
          return void say(500, {});
        case 'serves':
          return void say(200, { output: name, accepted: true, position: name });
      }
    });
    await new Promise<void>((resolve, reject) => {
      server?.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
    port = (server.address() as AddressInfo).port;
  };
  await start();
  return {
    name,
    url: `http://127.0.0.1:${port}`,
    calls,
    behave(next: Manner) {
      manner = next;
    },
    /** As by `kill -9`: every connection breaks. */
    async kill() {
      const killed = server;
      if (!killed) return;
      server = undefined;
      killed.closeAllConnections();
      await new Promise((resolve) => killed.close(resolve));
    },
    async start() {
      if (!server) await start();
    },
  };
};
export type TrialReplica = Awaited<ReturnType<typeof startTrialReplica>>;
