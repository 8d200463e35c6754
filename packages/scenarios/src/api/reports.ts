import { Month } from '@adempauze/contracts';
import { z } from 'zod';
import { query } from '../graphql.ts';
import { list, listOf } from './shapes.ts';

/* Figures over many bookings: how long people wait, what was asked, supply against use, familiar faces. */

const Count = z.object({ value: z.int().nullable(), fewerThan: z.int().nullable() });
const count = '{ value fewerThan }';
const Form = z.object({ id: z.string() });
type Period = { readonly from: string; readonly until: string };
const period = '$from: Month!, $until: Month!';

const Share = z.object({
  month: z.string().nullable(),
  form: Form,
  unit: z.string(),
  given: z.int().nullable(),
  familiar: z.int().nullable(),
  unknown: z.int().nullable(),
  sharePercent: z.int().nullable(),
  meetsTarget: z.boolean().nullable(),
  fewerThan: z.int().nullable(),
});
/** Of a household or one series of it; or of one's own work or area. */
export const findFamiliarShare = query<
  Period & { household?: string; series?: string; waitFor?: string | null },
  z.ZodArray<typeof Share>
>(
  'familiarShare',
  `query Familiar(${period}, $household: ID, $series: ID, $waitFor: String) {
     familiarShare(from: $from, until: $until, household: $household, series: $series, waitFor: $waitFor)
     { month form { id } unit given familiar unknown sharePercent meetsTarget fewerThan } }`,
  z.array(Share),
);

const Wait = z.object({
  month: Month,
  municipalityCode: z.string(),
  form: Form.nullable(),
  since: z.enum(['SIGNAL', 'REQUEST', 'PROPOSAL']),
  count: Count,
  medianDays: z.int().nullable(),
  p90Days: z.int().nullable(),
  above: Count,
  stillWaiting: Count,
  gaveUp: Count,
  aboveEightWeeks: z.boolean(),
});
export const listWaitingTimes = query<
  Period & { municipalityCode?: string; first?: number; after?: string | null },
  ReturnType<typeof listOf<typeof Wait>>
>(
  'waitingTimes',
  `query Waits(${period}, $municipalityCode: String, $first: Int, $after: String) {
     waitingTimes(from: $from, until: $until, municipalityCode: $municipalityCode, first: $first, after: $after)
     ${list(
       `{ month municipalityCode form { id } since count ${count} medianDays p90Days above ${count}
       stillWaiting ${count} gaveUp ${count} aboveEightWeeks }`,
     )} }`,
  listOf(Wait),
);

const Demand = z.object({
  month: Month,
  municipalityCode: z.string(),
  form: Form.nullable(),
  requested: Count,
  delivered: Count,
  unmet: z.array(z.object({ source: z.string(), reason: z.string().nullable(), count: Count })),
});
export const listDemand = query<
  Period & { municipalityCode?: string; first?: number; after?: string | null },
  ReturnType<typeof listOf<typeof Demand>>
>(
  'demandReport',
  `query Demand(${period}, $municipalityCode: String, $first: Int, $after: String) {
     demandReport(from: $from, until: $until, municipalityCode: $municipalityCode, first: $first, after: $after)
     ${list(
       `{ month municipalityCode form { id } requested ${count} delivered ${count}
       unmet { source reason count ${count} } }`,
     )} }`,
  listOf(Demand),
);

const SupplyAndUse = z.object({
  month: Month,
  form: Form.nullable(),
  supply: z.array(
    z.object({
      measure: z.enum(['MINUTE', 'NIGHT']),
      ...{ capacity: z.int(), shared: z.int(), held: z.int(), taken: z.int(), overridden: z.int(), letGo: z.int() },
    }),
  ),
  requested: Count.nullable(),
  delivered: Count.nullable(),
  given: z.array(z.object({ unit: z.string(), quantity: z.int().nullable() })),
  notChosen: z.array(z.object({ kind: z.string(), reason: z.string(), count: Count })),
});
export type SupplyAndUse = z.infer<typeof SupplyAndUse>;
export const listSupplyAndUse = query<
  Period & { municipalityCode?: string; provider?: string },
  z.ZodArray<typeof SupplyAndUse>
>(
  'supplyAndUse',
  `query Supply(${period}, $municipalityCode: String, $provider: ID) {
     supplyAndUse(from: $from, until: $until, municipalityCode: $municipalityCode, provider: $provider)
     { month form { id } supply { measure capacity shared held taken overridden letGo } requested ${count}
       delivered ${count} given { unit quantity } notChosen { kind reason count ${count} } } }`,
  z.array(SupplyAndUse),
);
