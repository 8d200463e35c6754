import { randomBytes } from 'node:crypto';
import {
  BookingId,
  DeliveryId,
  HouseholdId,
  type IntegrationEventData,
  MunicipalityCode,
  OfferId,
  PolicyId,
  ProviderId,
  RegisterPolicy,
} from '@adempauze/contracts';
import { createSqliteEventStore, openReadModel, storeSource } from '@adempauze/event-store';
import { Day, derivedId, Instant } from '@adempauze/kernel';
import { listSetAside } from '../budget-list/budget-list.ts';
import { createSettlement } from '../claim/settlement.ts';
import { listSharings } from '../cost-sharing/cost-sharing-list.ts';
import { createHandlers } from '../handlers.ts';
import { ownCodecs, projections } from '../read-models.ts';
import { listBookingDeclines } from '../source-list/source-list.ts';

export type SettlementFigures = {
  readonly deliveries: number;
  readonly settledPerSecond: number;
  /** Main-thread CPU of one settled delivery, microseconds. */
  readonly cpuMicrosPerDelivery: number;
  /** Until lists and ledger have it too, from the first delivery on. */
  readonly listedPerSecond: number;
  readonly costCents: number;
  /** Every debit is a credit, and the providers are owed exactly what was delivered. */
  readonly exact: boolean;
};

/** What the month end runs on; a bench is its own composition root. */
type Machine = { readonly nowMs: () => number; readonly cpuMicros: () => number };
const machine: Machine = {
  nowMs: () => performance.now(),
  cpuMicros: () => {
    const { user, system } = process.threadCpuUsage();
    return user + system;
  },
};

/**
 * Settles deliveries through the real deciders, handlers and a durable store on a temporary file, several at a time,
 * and counts. A quarter of the households has a policy, half of the rest is under the guarantee.
 */
export const benchSettlement = async ({
  deliveries,
  parallel = 512,
  households = 2000,
}: {
  readonly deliveries: number;
  readonly parallel?: number;
  readonly households?: number;
}): Promise<SettlementFigures> => {
  const clock = () => Instant.parse('2027-06-01T08:00:00Z');
  const now = clock();
  const fixed = () => now;
  const store = await createSqliteEventStore({
    clock: fixed,
    newId: () => derivedId('bench', randomBytes(8).toString('hex')),
  });
  const noVault = { prepare: none, load: none, seal: impossible, open: impossible };
  const handlers = createHandlers({ store, clock: fixed, vault: noVault });
  const source = storeSource({ name: 'invoicing', store, codecs: ownCodecs(handlers.codecs) });
  const readModel = await openReadModel({ folder: ':memory:', name: 'bench', projections, sources: [source] });
  const settlement = createSettlement({
    ...{ ...handlers, tariffOn: () => undefined, potOf: () => 'default', clock: fixed },
    setAsideFor: (bookingId) => listSetAside(readModel.db, bookingId),
    sharingsOf: (care) => listSharings(readModel.db, care),
    declinesOf: (bookingId) => listBookingDeclines(readModel.db, bookingId),
  });

  const householdOf = (index: number) => HouseholdId.parse(derivedId('household', index % households));
  for (let index = 0; index < households; index += 4) {
    const data = RegisterPolicy.parse({
      ...{ policyId: PolicyId.parse(derivedId('policy', index)), householdId: householdOf(index) },
      ...{ insurerId: 'insurer-1', shares: [{ form: 'F05', percent: 75 }], from: '2027-01-01', until: '2028-01-01' },
    });
    await handlers.funding.handle(data.householdId, { type: 'RegisterPolicy', data, now }, callFor(`policy ${index}`));
  }
  const told = Array.from({ length: deliveries }, (_, index) => delivery(index, householdOf(index)));

  const startedAtMs = machine.nowMs();
  const cpuAtStart = machine.cpuMicros();
  let next = 0;
  let position = '';
  const work = async () => {
    for (let delivered = told[next++]; delivered !== undefined; delivered = told[next++]) {
      const outcome = await settlement.settle(delivered, callFor(delivered.deliveryId));
      if (outcome.accepted && (outcome.position ?? '') > position) position = outcome.position ?? '';
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  const settledMs = machine.nowMs() - startedAtMs;
  const cpuMicros = machine.cpuMicros() - cpuAtStart;
  await readModel.waitFor(position, 600_000);
  const listedMs = machine.nowMs() - startedAtMs;

  const expectedCents = told.reduce((sum, it) => sum + (it.quantity / 100) * it.unitPriceCents, 0);
  const sums = readModel.db.first(
    `SELECT sum(debitCents) AS debit, sum(creditCents) AS credit,
       sum(creditCents) FILTER (WHERE account LIKE 'payable:%') AS owed FROM balances`,
  );
  await readModel.close();
  await store.close();
  return {
    deliveries,
    settledPerSecond: Math.round((deliveries / settledMs) * 1000),
    cpuMicrosPerDelivery: Math.round(cpuMicros / deliveries),
    listedPerSecond: Math.round((deliveries / listedMs) * 1000),
    costCents: expectedCents,
    exact: sums?.debit === expectedCents && sums.credit === expectedCents && sums.owed === expectedCents,
  };
};

const none = async () => undefined;
const impossible = (): never => {
  throw new Error('No personal data is settled.');
};
const callFor = (commandId: string) => ({ commandId, correlationId: 'bench', actor: 'bench' });

const delivery = (index: number, householdId: HouseholdId): IntegrationEventData<'bookings.care-delivered.v1'> => ({
  bookingId: BookingId.parse(derivedId('booking', index)),
  deliveryId: DeliveryId.parse(derivedId('delivery', index)),
  householdId,
  offerId: OfferId.parse(derivedId('offer', index % 300)),
  providerId: ProviderId.parse(derivedId('provider', index % 40)),
  form: 'F05',
  span: { from: Instant.parse('2027-05-03T08:00:00Z'), until: Instant.parse('2027-05-03T12:00:00Z') },
  municipality: MunicipalityCode.parse('0534'),
  deliveredOn: Day.parse('2027-05-03'),
  unit: 'hour',
  quantity: 100 * (1 + (index % 8)),
  unitPriceCents: 2300,
  bearer: index % 2 === 0 ? 'own' : 'guarantee',
  vat: 'standard',
  ownCostCents: index % 2 === 0 ? 9200 : 0,
});
