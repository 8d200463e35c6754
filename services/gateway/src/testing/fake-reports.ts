import {
  type Bookings,
  CareUseRow,
  DemandRow,
  FamiliarShareRow,
  type Offers,
  SupplyReport,
  WaitingTimeRow,
} from '@adempauze/contracts';
import { firstPage, idOf } from './fake-basics.ts';

const some = { value: 7, fewerThan: null };
const few = { value: null, fewerThan: 5 };
const about = { month: '2027-05', form: 'F01' };
const areas = ['0603', '0518'];

const waitingRow = (municipality: string) =>
  WaitingTimeRow.parse({
    ...{ ...about, municipality, since: 'request', count: some, medianDays: 12, p90Days: 60 },
    ...{ above: few, stillWaiting: few, gaveUp: { value: 0, fewerThan: null }, aboveEightWeeks: true },
  });
const demandRow = (municipality: string) =>
  DemandRow.parse({
    ...{ ...about, municipality, requested: some, delivered: few },
    unmet: [{ source: 'request', reason: 'place-taken', count: some }],
  });

/** The figures of bookings over many bookings together, of two municipalities. */
export const fakeReports = () =>
  ({
    // Whoever provides here has clients in the first of them only.
    waitingTimes: async ({ municipality, providerId }) =>
      firstPage(
        (providerId ? areas.slice(0, 1) : areas)
          .map(waitingRow)
          .filter((it) => !municipality || it.municipality === municipality),
      ),
    demandReport: async ({ municipality }) =>
      firstPage(areas.map(demandRow).filter((it) => !municipality || it.municipality === municipality)),
    careUse: async ({ providerIds }) =>
      providerIds.length === 0
        ? []
        : [
            CareUseRow.parse({
              ...{ ...about, requested: some, delivered: few, given: [{ unit: 'hour', quantity: null }] },
              notChosen: [{ kind: 'declined', reason: 'no-staff', count: some }],
            }),
          ],
    familiarShare: async () => [
      FamiliarShareRow.parse({
        ...{ ...about, month: null, unit: 'hour', given: 1000, familiar: 900, unknown: 0 },
        ...{ sharePercent: 90, meetsTarget: true, fewerThan: null },
      }),
    ],
  }) satisfies Partial<Bookings>;

export const fakeSupplyReport = () =>
  ({
    supplyReport: async ({ municipality, providerId }) =>
      SupplyReport.parse({
        providerIds: [providerId ?? idOf(municipality === '0603' ? 'provider' : 'other-provider')],
        rows: [
          {
            ...{ ...about, measure: 'minute', capacity: 6000, shared: 0, held: 240, taken: 1200 },
            ...{ overridden: 60, letGo: 480 },
          },
        ],
      }),
  }) satisfies Partial<Offers>;
