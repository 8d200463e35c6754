import { randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createCorrelation, createHealth, createMetrics, silentLog } from '@adempauze/http';
import { Instant } from '@adempauze/kernel';
import { createPlaces } from '@adempauze/places';
import { type DemonstrationAccount, defaultLimits, type GatewayDependencies } from '../dependencies.ts';
import { createGateway } from '../gateway.ts';
import { Role } from '../policy/roles.ts';
import { fetchToken } from '../sign-in/flow.ts';
import { idOf } from './fake-basics.ts';
import { createFakeMarketplace } from './fake-marketplace.ts';

const organisations: Partial<Record<string, string>> = {
  provider: idOf('provider'),
  coordinator: idOf('organisation'),
  municipality: '0603',
  insurer: 'insurer',
};

/** One account a role, named after it, and one of the same role who has nothing to do with what is in the world. */
export const testAccounts: readonly DemonstrationAccount[] = Role.options.flatMap((role) => {
  const organisation = organisations[role];
  const stranger = role === 'municipality' ? '9999' : idOf('stranger');
  return [
    { account: role, name: `Een ${role}`, role, organisation, note: 'Voor de test.' },
    { account: `stranger-${role}`, name: `Nog een ${role}`, role, organisation: organisation && stranger, note: '' },
  ];
});

const places = createPlaces();

/** A gateway on a free port over a fake marketplace. */
export const startGateway = async (changes: Partial<GatewayDependencies> = {}) => {
  const marketplace = createFakeMarketplace();
  let now = Instant.parse('2027-05-01T08:00:00Z');
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  const gateway = await createGateway({
    ...marketplace,
    places,
    clock: () => now,
    realNowMs: Date.now,
    ids: randomUUID,
    randomBytes,
    auth: { kind: 'embedded', accounts: testAccounts, folder: ':memory:' },
    log: silentLog,
    metrics: createMetrics({ service: 'gateway', processMetrics: false }),
    correlation: createCorrelation({ newId: randomUUID }),
    health: createHealth({ checks: {}, log: silentLog }),
    settings: { origin, host: '127.0.0.1', limits: defaultLimits },
    demonstration: {
      moveClock: (to) => {
        now = to;
      },
    },
    ...changes,
  }).catch((error: unknown) => {
    server.close();
    throw error;
  });
  server.on('request', gateway.app);

  const tokens = new Map<string, Promise<string>>();
  const tokenOf = (account: string): Promise<string> => {
    const known = tokens.get(account) ?? fetchToken(origin, account);
    tokens.set(account, known);
    return known;
  };
  const post = async (body: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
    return response;
  };
  return {
    ...marketplace,
    gateway,
    origin,
    port,
    limits: defaultLimits,
    tokenOf,
    post,
    /** Asks as an account, or as a visitor. */
    async ask(query: string, variables: object = {}, account?: string) {
      const headers = account === undefined ? {} : { authorization: `Bearer ${await tokenOf(account)}` };
      const response = await post(JSON.stringify({ query, variables }), headers);
      const text = await response.text();
      return { status: response.status, text, body: JSON.parse(text) as Answered };
    },
    async close() {
      await gateway.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

// biome-ignore lint/suspicious/noExplicitAny: what comes back over the wire, looked at by path in tests
type Json = any;
export type Answered = {
  data?: Json;
  errors?: { message: string; path?: (string | number)[]; extensions: { code: string } & Record<string, Json> }[];
};
export type TestGateway = Awaited<ReturnType<typeof startGateway>>;
