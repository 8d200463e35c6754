import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * What can be wrong with a network. `refused`: every connection is reset, new ones too. `silent`: connections are taken
 * and nothing comes through either way until it is over; then all of it does, late. `lost`: bytes on their way to that
 * side vanish; connections that lost some are reset when it is over. `slow`: every piece takes so long. `unanswered`:
 * what is asked arrives, and the connection is reset when the answer comes: it was done, and nobody hears of it.
 */
export type Trouble =
  | { readonly kind: 'refused' }
  | { readonly kind: 'silent' }
  | { readonly kind: 'lost'; readonly to: 'server' | 'client' }
  | { readonly kind: 'slow'; readonly delayMs: number }
  | { readonly kind: 'unanswered' };

export type Address = { readonly host: string; readonly port: number };

export type TcpProxy = {
  readonly port: number;
  /** From now on this is wrong; undefined: nothing is. */
  trouble(it: Trouble | undefined): void;
  /** Resets every connection that is open now. */
  cut(): void;
  /** Where new connections lead from now on. */
  leadTo(address: Address): void;
  /** How many connections are open. */
  readonly connections: () => number;
  /** Resets all and stops listening. */
  close(): Promise<void>;
};

type Side = 'server' | 'client';

/** A TCP proxy on loopback before one server, for tests that need a network which fails. */
export const startProxy = async (options: { readonly to: Address }): Promise<TcpProxy> => {
  let address = options.to;
  let trouble: Trouble | undefined;
  let over = Promise.withResolvers<void>();
  const links = new Set<Link>();

  /** What becomes of a piece on its way to that side, once it may go. */
  const passage = async (to: Side, link: Link): Promise<'pass' | 'vanish' | 'reset'> => {
    if (trouble?.kind === 'slow') await pause(trouble.delayMs);
    while (trouble?.kind === 'silent') await over.promise;
    if (trouble?.kind === 'refused' || (trouble?.kind === 'unanswered' && to === 'client')) return 'reset';
    if (link.spoiled === to || (trouble?.kind === 'lost' && trouble.to === to)) {
      link.spoiled = to;
      return 'vanish';
    }
    return 'pass';
  };

  const pump = async (from: Socket, into: Socket, to: Side, link: Link) => {
    for await (const chunk of from.iterator({ destroyOnReturn: false })) {
      const fate = await passage(to, link);
      if (fate === 'reset') return link.reset();
      if (fate === 'pass' && !into.write(chunk) && !into.destroyed) await drained(into);
    }
    if ((await passage(to, link)) === 'pass') into.end();
  };

  const server = createServer({ allowHalfOpen: true }, (client) => {
    if (trouble?.kind === 'refused') return void client.resetAndDestroy();
    const upstream = connect({ ...address, allowHalfOpen: true });
    const link: Link = {
      spoiled: undefined,
      reset() {
        links.delete(link);
        for (const socket of [client, upstream]) socket.resetAndDestroy();
      },
    };
    links.add(link);
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true);
      // Who loses one end has lost the other.
      socket.on('error', link.reset);
      socket.on('close', () => {
        if (client.destroyed && upstream.destroyed) links.delete(link);
      });
    }
    for (const pumping of [pump(client, upstream, 'server', link), pump(upstream, client, 'client', link)])
      pumping.catch(link.reset);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const listening = server.address();
  if (listening === null || typeof listening === 'string') throw new Error('The proxy has no port.');

  const cut = () => {
    for (const link of [...links]) link.reset();
  };
  return {
    port: listening.port,
    connections: () => links.size,
    cut,
    trouble(it) {
      trouble = it;
      over.resolve();
      over = Promise.withResolvers();
      if (it?.kind === 'refused') cut();
      // Their bytes are gone, so that they can never be whole again.
      if (it === undefined) for (const link of [...links]) if (link.spoiled !== undefined) link.reset();
    },
    leadTo(other) {
      address = other;
    },
    async close() {
      trouble = { kind: 'refused' };
      over.resolve();
      cut();
      server.close();
      await once(server, 'close');
    },
  };
};

type Link = {
  /** The side that has lost bytes. */
  spoiled: Side | undefined;
  readonly reset: () => void;
};

const drained = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      socket.off('drain', done);
      socket.off('close', done);
      resolve();
    };
    socket.on('drain', done);
    socket.on('close', done);
  });
