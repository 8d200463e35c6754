import {
  type BookingId,
  type FormId,
  type SeriesId,
  SeriesId as SeriesIdSchema,
  type SeriesView,
} from '@adempauze/contracts';
import { derivedId, plusDays } from '@adempauze/kernel';
import type { Services } from './history.ts';
import { type Act, dayFrom, firstWeekday, type Stage, workersOf } from './plan-stage.ts';
import { context, granted } from './publish.ts';

/** A series of the demonstration: the same help every week, its days counted from the present. */
type Plan = {
  readonly key: string;
  readonly week: number;
  readonly household: number;
  readonly provider: string;
  readonly form: FormId;
  readonly hours: number;
  readonly from: number;
  readonly until: number;
  /** Whether it is booked at once, or waits for the provider. */
  readonly instant: boolean;
  readonly purpose: string;
};

/** One that has run for weeks, one that waits for the provider, and one that was ended. */
const running: Plan = {
  ...{ key: 'running', week: 0, household: 1, provider: 'blinkend', form: 'F19', hours: 3 },
  ...{ from: -33, until: 48, instant: true, purpose: 'Het huis op orde, elke week.' },
};
const asked: Plan = {
  ...{ key: 'asked', week: 5, household: 0, provider: 'bij-saskia', form: 'F05', hours: 3 },
  ...{ from: 7, until: 48, instant: false, purpose: 'Elke week een middag zwemmen.' },
};
const ended: Plan = {
  ...{ key: 'ended', week: 1, household: 0, provider: 'bij-saskia', form: 'F05', hours: 3 },
  ...{ from: -26, until: 30, instant: true, purpose: 'Een vaste ochtend voor mezelf.' },
};
const plans = [running, asked, ended];

const attempts = 6;
const seriesIdOf = (key: string, attempt: number): SeriesId =>
  SeriesIdSchema.parse(derivedId('demonstration', 'series', key, attempt));

/** The series that came of a plan, with a date at least; undefined when nobody could give it. */
const find = async ({ bookings }: Services, { key }: Plan): Promise<SeriesView | undefined> => {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const series = await bookings.findSeries({ seriesId: seriesIdOf(key, attempt) });
    if (series?.dates.some(({ bookingId }) => bookingId !== null)) return series;
  }
  return undefined;
};

const ask = async (stage: Stage, plan: Plan): Promise<void> => {
  const { services, households } = stage;
  const { bookings } = services;
  const { householdId, accountId } = households[plan.household] ?? {};
  if (householdId === undefined || accountId === undefined) return;
  const workers = workersOf(stage, plan.provider, plan.form).filter(
    ({ instant, from }) => instant === plan.instant && from < '14:00',
  );
  for (const [attempt, worker] of workers.slice(0, attempts).entries()) {
    const seriesId = seriesIdOf(plan.key, attempt);
    const from = firstWeekday(dayFrom(stage, plan.from), worker.weekday);
    const endsAt = `${String(Number(worker.from.slice(0, 2)) + plan.hours).padStart(2, '0')}${worker.from.slice(2)}`;
    const outcome = await bookings.requestSeries(
      {
        ...{ seriesId, householdId, requestedBy: accountId, purpose: plan.purpose },
        ...{ offerId: worker.offerId, resourceId: worker.resourceId, placeOfService: 'recipient-home' },
        rule: {
          ...{ from, until: dayFrom(stage, plan.until), everyWeeks: 1, weekdays: [], startsAt: worker.from, endsAt },
          ...{ endsDaysLater: 0, exceptions: [plusDays(from, 56)] },
        },
      },
      context('series', seriesId),
    );
    if (!outcome.accepted || outcome.value.dates.every(({ bookingId }) => bookingId === null)) continue;
    granted('confirm a series', await bookings.confirmSeries({ seriesId }, context('confirm', seriesId)));
    return;
  }
};

const end = async (stage: Stage, plan: Plan): Promise<void> => {
  const series = await find(stage.services, plan);
  if (series?.status !== 'confirmed') return;
  const { seriesId } = series;
  const command = { seriesId, from: dayFrom(stage, -7), by: 'caregiver' } as const;
  granted('end a series', await stage.services.bookings.endSeries(command, context('end', seriesId)));
};

export const livedSeries: readonly Act[] = [
  ...plans.map((plan) => ({ week: plan.week, act: (stage: Stage) => ask(stage, plan) })),
  { week: 4, act: (stage) => end(stage, ended) },
];

export const bookingsOfSeries = async (services: Services): Promise<BookingId[]> => {
  const series = await Promise.all(plans.map((plan) => find(services, plan)));
  return series.flatMap((it) => it?.dates.flatMap(({ bookingId }) => bookingId ?? []) ?? []);
};

/** What households say of why; personal. */
export const purposesOfSeries = plans.map(({ purpose }) => purpose);
