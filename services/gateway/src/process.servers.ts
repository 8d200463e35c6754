import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEsdbDouble } from '@adempauze/testing/esdb';
import { type RunningPostgres, startPostgres } from '@adempauze/testing/servers';
import { withServer } from '@adempauze/testing/with-server';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { adapterContract } from './sign-in/adapter-contract.ts';
import { demonstrationIdentity } from './sign-in/embedded.ts';
import { fetchToken } from './sign-in/flow.ts';
import { openSharedSignIn } from './sign-in/postgres/shared-sign-in.ts';
import { launchGateway } from './testing/launch-gateway.ts';
import { type RemoteMarketplace, startRemoteMarketplace } from './testing/remote-marketplace.ts';

/* The gateway as processes of their own: two on one port, that share the sign-in and the demonstration's clock. */

const stories = ({ connectionString }: RunningPostgres) => {
  describe('what the embedded sign-in has in hand, in PostgreSQL', () => {
    const opened: { close(): Promise<void> }[] = [];
    afterAll(() => Promise.all(opened.map((it) => it.close())));
    const open = async (realNowMs: () => number) => {
      const shared = await openSharedSignIn({ connectionString, realNowMs });
      opened.push(shared);
      return shared;
    };
    let spaces = 0;
    adapterContract(async () => {
      let nowMs = Date.parse('2027-05-01T08:00:00Z');
      const { adapters } = await open(() => nowMs);
      const space = `space-${++spaces}-`;
      return {
        adapters: (kind) => adapters(space + kind),
        pass(ms) {
          nowMs += ms;
        },
      };
    });
    test('is the same for all, also for those who begin at the same moment', async () => {
      const all = await Promise.all(Array.from({ length: 4 }, () => open(Date.now)));
      expect(new Set(all.map(({ keys }) => JSON.stringify(keys))).size).toBe(1);
      await all[0]?.adapters('Session').upsert('shared', { uid: 'shared-uid' }, 60);
      expect(await all[3]?.adapters('Session').findByUid('shared-uid')).toEqual({ uid: 'shared-uid' });
    });
  });

  describe('two gateways on one port', () => {
    let remote: RemoteMarketplace;
    let store: Awaited<ReturnType<typeof startEsdbDouble>>;
    let settings: Record<string, string>;
    let origin: string;
    const gateways: ReturnType<typeof launchGateway>[] = [];
    const launch = async (name: string) => {
      const gateway = launchGateway({ ...settings, REPLICA: name });
      gateways.push(gateway);
      return { gateway, url: await gateway.ready() };
    };
    beforeAll(async () => {
      remote = await startRemoteMarketplace();
      store = await startEsdbDouble({ port: 0 });
      settings = {
        ...remote.urls,
        ...{ SHARE_PORT: 'true', PORT: '0', SERVICE_TOKEN: remote.token, DEMONSTRATION: 'none' },
        ...{ CLOCK_START: '2027-05-01T08:00:00Z', KURRENTDB_URL: store.connectionString },
        ...{
          POSTGRES_URL: connectionString,
          NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(tmpdir(), 'adempauze-compile-cache'),
        },
      };
      origin = (await launch('gateway-1')).url;
      settings = { ...settings, PORT: new URL(origin).port, ORIGIN: origin };
      await launch('gateway-2');
    }, 60_000);
    afterAll(async () => {
      await Promise.all(gateways.map((it) => it.end('SIGKILL')));
      await remote?.close();
      await store?.stop();
    });

    const graphql = async (query: string, token?: string) => {
      const response = await fetch(`${origin}/graphql`, {
        method: 'POST',
        // A connection each, so that the system gives it to either.
        headers: {
          ...{ 'content-type': 'application/json', connection: 'close' },
          ...(token && { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify({ query }),
      });
      return (await response.json()) as { data: Record<string, unknown>; errors?: unknown };
    };
    /** Which gateway has this connection: the name is among its measurements. */
    const whoAnswers = () =>
      new Promise<string | undefined>((resolve, reject) => {
        request(`${origin}/metrics`, { agent: false }, (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (chunk: string) => {
            text += chunk;
          });
          response.once('end', () => resolve(/replica="(gateway-\d)"/.exec(text)?.[1]));
        })
          .once('error', reject)
          .end();
      });
    const moveClock = (to: string) => `mutation { moveClock(input: { idempotencyKey: "klok-${to}", to: "${to}" }) {
      ... on MoveClockAccepted { clock { now } } ... on Rejected { code } } }`;

    test('both have part of what comes in', async () => {
      const heard = new Set<string | undefined>();
      while (heard.size < 2) heard.add(await whoAnswers());
      expect([...heard].toSorted()).toEqual(['gateway-1', 'gateway-2']);
    });

    test('a sign-in goes well whoever has each step of it, and counts at both', async () => {
      for (let n = 0; n < 8; n++) {
        const token = await fetchToken(origin, 'fatima');
        const { accountId } = demonstrationIdentity('fatima');
        for (let times = 0; times < 4; times++) {
          expect((await graphql('{ viewer { accountId } }', token)).data).toEqual({ viewer: { accountId } });
        }
      }
    });

    test('a clock that is moved at one has moved at both', async () => {
      const token = await fetchToken(origin, 'beheer');
      const to = '2027-06-01T00:00:00.000Z';
      expect((await graphql(moveClock(to), token)).errors).toBeUndefined();
      for (const it of remote.replicas) expect(it.told[0]).toMatch(/^nudge \d+/);
      const seen: string[] = [];
      while (seen.length < 12) {
        const { now } = (await graphql('{ now }')).data;
        if (String(now) < to) continue; // the other has not heard of it yet
        seen.push(String(now));
      }
      expect((await graphql(moveClock('2027-05-02T00:00:00Z'), token)).data.moveClock).toEqual({
        code: 'clock-moves-forward-only',
      });
    });

    test('one that is told to stop finishes what it has, and the other goes on', async () => {
      const token = await fetchToken(origin, 'fatima');
      const [first] = gateways;
      let failed = 0;
      let answered = 0;
      let stopping = false;
      const asking = Array.from({ length: 4 }, async () => {
        while (!stopping) {
          // Kept connections, as browsers have them.
          const response = await fetch(`${origin}/graphql`, {
            method: 'POST',
            headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
            body: '{"query":"{ viewer { accountId } offers { edges { node { title } } } }"}',
          }).catch(() => undefined);
          if (response?.status === 200 && !(await response.text()).includes('errors')) answered += 1;
          else failed += 1;
        }
      });
      while (answered < 50) await new Promise((resolve) => setTimeout(resolve, 5));
      expect(await first?.end('SIGTERM')).toBe(0);
      const before = answered;
      while (answered < before + 50) await new Promise((resolve) => setTimeout(resolve, 5));
      stopping = true;
      await Promise.all(asking);
      // A connection that was opened at the very moment of stopping may be refused; nothing that was taken on is lost.
      expect(failed).toBeLessThanOrEqual(4);
      expect(new Set([await whoAnswers(), await whoAnswers(), await whoAnswers()])).toEqual(new Set(['gateway-2']));
    });

    test('settings that cannot be are told in a sentence', async () => {
      const { KURRENTDB_URL: _, ...without } = settings;
      const gateway = launchGateway(without);
      expect(await gateway.ended).toBe(1);
      expect(gateway.errors).toEqual([
        'De klok van de demonstratie staat in het logboek. Stel KURRENTDB_URL in, of DEMONSTRATION=off.',
        'The demonstration’s clock stands in the log. Set KURRENTDB_URL, or DEMONSTRATION=off.',
      ]);
    });
  });
};

await withServer(startPostgres, stories);
