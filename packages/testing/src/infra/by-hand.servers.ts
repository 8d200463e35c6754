import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { checkJava } from '../servers/kafka-jars.ts';
import { withServer } from '../servers/with-server.ts';
import { type ByHand, startByHand } from './by-hand.ts';
import { makeImageTree } from './image-tree.ts';
import { listExpressions, metricsIn } from './monitoring.ts';

const folder = mkdtempSync(join(tmpdir(), 'adempauze-by-hand-'));
const app = join(folder, 'app');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const page = async (it: ByHand, address: string) => (await fetch(`http://${it.whereIs(address)}/metrics`)).text();
const targets = [
  ...['offers', 'bookings', 'matching', 'invoicing'].flatMap((it) => [`${it}-1:8080`, `${it}-2:8080`]),
  ...['door:4101', 'door:4102'],
];

await withServer(
  async () => {
    await checkJava();
    await makeImageTree(app);
    return startByHand(app, join(folder, 'volumes'));
  },
  (it) => {
    test('what the image gets runs, without what only tests and tools need', () => {
      const installed = readdirSync(join(app, 'node_modules'));
      for (const name of ['jest', '@jest', 'typescript', '@biomejs', 'turbo', 'testcontainers', 'node', 'fast-check']) {
        expect([name, installed.includes(name)]).toEqual([name, false]);
      }
      expect(existsSync(join(app, 'packages', 'testing'))).toBe(false);
    });

    test('everything came up in the order that the file asks for', () => {
      const place = (name: string) => it.course.findIndex((step) => step.startsWith(`${name} `));
      expect(it.course[0]).toBe('clock completed');
      expect(it.course).toHaveLength(12);
      for (const service of ['offers-1', 'bookings-2', 'matching-1', 'invoicing-2']) {
        expect(place(service)).toBeLessThan(place('gateway-1'));
        expect(place(service)).toBeLessThan(place('demonstration'));
      }
    });

    test('a visitor finds care at the door, whichever gateway opens it', async () => {
      const query = '{ now offers(first: 3) { edges { node { title } } } }';
      for (let time = 0; time < 4; time += 1) {
        const response = await fetch(`${it.url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', connection: 'close' },
          body: JSON.stringify({ query }),
        });
        const answer = (await response.json()) as { data?: { offers: { edges: unknown[] } }; errors?: unknown };
        expect(answer.errors).toBeUndefined();
        expect(answer.data?.offers.edges).toHaveLength(3);
      }
    });

    test('every metric that dashboard and alerts ask for is there', async () => {
      const pages = (await Promise.all(targets.map((target) => page(it, target)))).join('\n');
      const missing = listExpressions().flatMap(({ where, expr }) =>
        metricsIn(expr).flatMap((name) =>
          new RegExp(`^${name}(\\{| )`, 'm').test(pages) ? [] : [`${where}: ${name}`],
        ),
      );
      expect(missing).toEqual([]);
      for (const target of targets) {
        const replica = target.startsWith('door') ? `gateway-${target.at(-1)}` : target.replace(':8080', '');
        expect(await page(it, target)).toContain(`replica="${replica}"`);
      }
    });

    test('all stop in order when they are asked to', async () => {
      const codes = await it.stopProcesses();
      expect([...codes].filter(([, code]) => code !== 0)).toEqual([]);
    });
  },
);
