import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { StartError } from '@adempauze/kernel';

export type Listening = {
  /** The address that it really listens on: `http://127.0.0.1:4000`. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /**
   * Takes no new connections, lets requests in flight finish and tells their callers to come back elsewhere
   * (`Connection: close`), closes what is idle, and ends server-sent events, whose readers come back by themselves;
   * after `graceMs` the rest is cut.
   */
  readonly close: () => Promise<void>;
};

export type ListenOptions = {
  /** `127.0.0.1` for this machine only. */
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** The setting's name, for the sentence when the port is taken. */
  readonly portSetting?: string;
  readonly graceMs?: number;
  /** Several processes of this machine listen on one port, and the system shares new connections out among them. */
  readonly reusePort?: boolean;
};

/** @throws StartError in one clear sentence when the port or the address cannot be had. */
export const listen = async (
  app: RequestListener,
  { host, port, portSetting = 'PORT', graceMs = 5000, reusePort = false }: ListenOptions,
): Promise<Listening> => {
  let closing: Promise<void> | undefined;
  const inFlight = new Set<ServerResponse>();
  const server = createServer(
    // Headers within 10 s, the whole request within 30: nobody holds a connection by sending slowly.
    { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 65_000, connectionsCheckingInterval: 2000 },
    (request, response) => {
      if (closing !== undefined) response.setHeader('Connection', 'close');
      inFlight.add(response);
      response.once('close', () => {
        inFlight.delete(response);
        // Kept alive for a next request that must not come here.
        if (closing !== undefined) setImmediate(() => server.closeIdleConnections());
      });
      app(request, response);
    },
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(cannotListen(cause, host, port, portSetting)));
    server.listen({ host, port, reusePort }, resolve);
  });
  const address = server.address();
  const actual = typeof address === 'object' && address !== null ? address : { address: host, port };
  const shownHost = actual.address.includes(':') ? `[${actual.address}]` : actual.address;

  const close = () =>
    new Promise<void>((resolve) => {
      const cut = setTimeout(() => server.closeAllConnections(), graceMs);
      server.close(() => {
        clearTimeout(cut);
        resolve();
      });
      for (const response of inFlight) {
        if (!response.headersSent) response.setHeader('Connection', 'close');
        else if (isStream(response)) response.end();
      }
      server.closeIdleConnections();
    });
  return {
    url: `http://${shownHost}:${actual.port}`,
    host: actual.address,
    port: actual.port,
    close() {
      closing ??= close();
      return closing;
    },
  };
};

/** By a header that was set with `setHeader`: Node forgets those that are given to `writeHead` alone. */
const isStream = (response: ServerResponse): boolean =>
  String(response.getHeader('content-type')).startsWith('text/event-stream');

const cannotListen = (cause: Error, host: string, port: number, setting: string): StartError => {
  switch (Reflect.get(cause, 'code')) {
    case 'EADDRINUSE':
      return new StartError(
        {
          nl: `Poort ${port} is al in gebruik. Stop het andere programma, of kies een andere poort met ${setting}.`,
          en: `Port ${port} is taken. Stop the other program, or choose another port with ${setting}.`,
        },
        { cause },
      );
    case 'EACCES':
      return new StartError(
        {
          nl: `Poort ${port} mag dit programma niet gebruiken. Kies een poort boven 1023 met ${setting}.`,
          en: `This program may not use port ${port}. Choose a port above 1023 with ${setting}.`,
        },
        { cause },
      );
    default:
      return new StartError(
        {
          nl: `Op ${host}, poort ${port}, kan dit programma niet luisteren. Bestaat dat adres op deze machine?`,
          en: `This program cannot listen on ${host}, port ${port}. Does this machine have that address?`,
        },
        { cause },
      );
  }
};
