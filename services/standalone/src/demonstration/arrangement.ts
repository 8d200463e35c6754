import { ArrangementId, type BookingId, type NewPart } from '@adempauze/contracts';
import { derivedId, plusDays } from '@adempauze/kernel';
import type { Services } from './history.ts';
import { type Act, dayFrom, firstWeekday, hoursFrom, type Stage } from './plan-stage.ts';
import { context, granted, offerIdOf } from './publish.ts';

/* Four forms under one plan: a day away with a ride to it, an evening, and a fixed morning. */

const id = (...parts: readonly string[]) => derivedId('demonstration', 'arrangement', ...parts);
const arrangementId = ArrangementId.parse(id('one'));
const household = 1;
const purpose = 'Elke week wat lucht, en iemand die meedenkt.';

const partsOf = (stage: Stage): NewPart[] => {
  const resourceOf = (key: string, worker: number) =>
    stage.supply.find(({ provider }) => provider.key === key)?.workers[worker]?.resourceId;
  const on = (weekday: number) => firstWeekday(dayFrom(stage, 8), weekday);
  const [monday, wednesday, friday] = [on(1), on(3), on(5)];
  const [farm, driver, student, nurse] = [
    resourceOf('groene-kamer', 0),
    resourceOf('rijder', 0),
    resourceOf('studentnaast', 0),
    resourceOf('bollenstreek', 0),
  ];
  if (farm === undefined || driver === undefined || student === undefined || nurse === undefined) return [];
  return [
    {
      partId: id('day'),
      ask: {
        ...{ kind: 'booking', offerId: offerIdOf('groene-kamer', 0, 'F17'), resourceId: farm },
        ...{ placeOfService: 'provider', span: hoursFrom(monday, '11:00', 4) },
      },
    },
    {
      partId: id('ride'),
      tripOf: { partId: id('day'), leg: 'there', blocks: false },
      ask: {
        ...{ kind: 'booking', offerId: offerIdOf('rijder', 0, 'F24'), resourceId: driver },
        ...{ placeOfService: 'provider', span: hoursFrom(monday, '10:00', 1) },
      },
    },
    {
      partId: id('evening'),
      ask: {
        ...{ kind: 'booking', offerId: offerIdOf('studentnaast', 0, 'F07'), resourceId: student },
        ...{ placeOfService: 'recipient-home', span: hoursFrom(wednesday, '18:30', 3) },
      },
    },
    {
      partId: id('morning'),
      ask: {
        ...{ kind: 'series', offerId: offerIdOf('bollenstreek', 0, 'F01'), resourceId: nurse },
        placeOfService: 'recipient-home',
        rule: {
          ...{ from: friday, until: plusDays(friday, 28), everyWeeks: 1, weekdays: [], exceptions: [] },
          ...{ startsAt: '09:00', endsAt: '12:00', endsDaysLater: 0 },
        },
      },
    },
  ];
};

const plan = async (stage: Stage): Promise<void> => {
  const { bookings } = stage.services;
  const who = stage.households[household];
  const parts = partsOf(stage);
  if (who === undefined || parts.length === 0) return;
  const { householdId, accountId } = who;
  granted(
    'plan an arrangement',
    await bookings.planArrangement(
      { arrangementId, householdId, parts, purpose, requestedBy: accountId },
      context('arrangement', arrangementId),
    ),
  );
  granted(
    'confirm an arrangement',
    await bookings.confirmArrangement({ arrangementId }, context('confirm', arrangementId)),
  );
  await stage.settled();
};

export const livedArrangements: readonly Act[] = [{ week: 5, act: plan }];

export const bookingsOfArrangements = async ({ bookings }: Services): Promise<BookingId[]> => {
  const arrangement = await bookings.findArrangement({ arrangementId });
  return arrangement?.parts.flatMap(({ bookingId }) => bookingId ?? []) ?? [];
};

/** What the household says of why; personal. */
export const purposeOfArrangement = purpose;
