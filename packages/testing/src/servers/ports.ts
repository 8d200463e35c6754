import { createServer, type Server } from 'node:net';

/** Below the ports that systems hand out to those who call: nobody takes one of these between a stop and a start. */
const lowest = 20_000;
const highest = 32_000;

/** Loopback ports that were free a moment ago, all different: each is held until all are found. */
export const findFreePorts = async (count: number): Promise<number[]> => {
  const held: { readonly port: number; readonly server: Server }[] = [];
  for (let tries = 0; held.length < count; tries += 1) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest));
    const server = await hold(port);
    if (server) held.push({ port, server });
    else if (tries > 1000) throw new Error(`Hardly any port from ${lowest} to ${highest} is free.`);
  }
  await Promise.all(held.map(({ server }) => new Promise((resolve) => server.close(resolve))));
  return held.map(({ port }) => port);
};

const hold = (port: number): Promise<Server | undefined> => {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    );
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => resolve(server));
  });
};
