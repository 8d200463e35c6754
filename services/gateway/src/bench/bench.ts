import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { idOf } from '../testing/fake-basics.ts';

/* `node services/gateway/src/bench/bench.ts`: requests a second and CPU per request of the gateway by itself. */

const seconds = Number(process.argv[2] ?? 3);
const connections = 32;

const search = `query Search($near: String!, $from: Instant!, $until: Instant!, $first: Int!) {
  searchOffers(near: $near, from: $from, until: $until, first: $first, forms: [F01], minutes: 240) {
    edges { cursor node { travelKm atHome onRequest
      offer { id title form { id nl } provider { id name } priceCents instant }
      times { resourceId span { from until } quantity priceCents placesLeft } } }
    pageInfo { hasNextPage endCursor } } }`;
const booking =
  'id status heldUntil ownCostCents quote { ownCostCents coverage lines { kind amountCents } } step { actor since } revision';
const answer = (name: string) =>
  `... on ${name}Accepted { position booking { ${booking} } } ... on Rejected { code message facts { name value } }`;
const requestBooking = `mutation Request($input: RequestBookingInput!) { requestBooking(input: $input) { ${answer('RequestBooking')} } }`;
const confirmBooking = `mutation Confirm($input: ConfirmBookingInput!) { confirmBooking(input: $input) { ${answer('ConfirmBooking')} } }`;
const span = { from: '2027-05-03T08:00:00Z', until: '2027-05-03T12:00:00Z' };

const bodies: Record<string, (n: number) => object> = {
  'search, 20 hits': () => ({
    query: search,
    variables: { near: 'Rijswijk', from: '2027-05-01T00:00:00Z', until: '2027-06-01T00:00:00Z', first: 20 },
  }),
  'search, 5 hits': () => ({
    query: search,
    variables: { near: 'Rijswijk', from: '2027-05-01T00:00:00Z', until: '2027-06-01T00:00:00Z', first: 5 },
  }),
  request: (n) => ({
    query: requestBooking,
    variables: {
      input: {
        idempotencyKey: `sleutel-${n}`,
        householdId: idOf('household'),
        offerId: idOf('offer'),
        resourceId: idOf('resource'),
        span,
        placeOfService: 'RECIPIENT_HOME',
        purpose: 'Even op adem.',
      },
    },
  }),
  confirm: (n) => ({
    query: confirmBooking,
    variables: { input: { idempotencyKey: `sleutel-${n}`, bookingId: idOf('booking') } },
  }),
};

const child = fork(new URL('./server.ts', import.meta.url));
const [{ origin, token }] = await once(child, 'message');
const cpuMicros = async (): Promise<number> => {
  child.send('cpu');
  const [{ cpuMicros: used }] = await once(child, 'message');
  return used.user + used.system;
};

const agent = new Agent({ keepAlive: true, maxSockets: connections });
const post = (body: string) =>
  new Promise<string>((resolve, reject) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const it = request(`${origin}/graphql`, { method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.once('end', () => resolve(text));
    });
    it.once('error', reject);
    it.end(body);
  });

const run = async (makeBody: (n: number) => object, forSeconds: number) => {
  const end = performance.now() + forSeconds * 1000;
  const latencies: number[] = [];
  let n = 0;
  const client = async () => {
    while (performance.now() < end) {
      const begun = performance.now();
      const text = await post(JSON.stringify(makeBody(n++)));
      if (text.includes('"errors"') || text.includes('Rejected')) throw new Error(text.slice(0, 500));
      latencies.push(performance.now() - begun);
    }
  };
  await Promise.all(Array.from({ length: connections }, client));
  return latencies.sort((a, b) => a - b);
};

for (const [label, makeBody] of Object.entries(bodies)) {
  await run(makeBody, 1);
  const before = await cpuMicros();
  const latencies = await run(makeBody, seconds);
  const micros = ((await cpuMicros()) - before) / latencies.length;
  const at = (share: number) => (latencies[Math.floor(latencies.length * share)] ?? 0).toFixed(1);
  console.log(
    `${label.padEnd(16)} ${Math.round(latencies.length / seconds)
      .toString()
      .padStart(6)} req/s  ${micros.toFixed(0).padStart(5)} µs CPU/request  p50 ${at(0.5)} ms  p99 ${at(0.99)} ms`,
  );
}
child.disconnect();
child.kill();
agent.destroy();
