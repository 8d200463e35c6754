import { instantOn, plusDays } from '@adempauze/kernel';
import {
  confirmBooking,
  declineBooking,
  findBooking,
  findClaim,
  findEnd,
  recordNoCare,
  requestBooking,
  rescheduleBooking,
} from '../api/care.ts';
import {
  confirmSeries,
  findSeries,
  joinWaitingList,
  leaveWaitingList,
  listWaiting,
  requestSeries,
} from '../api/plans.ts';
import { book, hours, household, open, providerOf, publish, request, type Wish, yes } from '../cast.ts';
import type { Session } from '../client.ts';
import { equals, holds } from '../story-error.ts';
import { waitUntil } from '../wait-until.ts';
import type { Story, World } from '../world.ts';

/** Plans change, on both sides: moved, declined with a reason, left, and a morning on which nobody could come. No blame, no cost. */
export const changedPlans: Story = {
  id: 'changed-plans',
  title: { nl: 'Het loopt anders', en: 'Plans change' },
  async play(world) {
    const monday = world.calendar.weekday('2026-04-13');
    const vliet = await providerOf(world, 'de-vliet');
    const jan = await world.as('jan');
    const householdId = await household(world, jan);
    const offer = async (title: string, instant: boolean) => {
      const offerId = await publish(world, vliet, {
        ...{ form: 'F03', title: `${title} (${world.ids.next().slice(0, 8)})`, place: 'Rijswijk', instant },
        ...{ priceCents: 41_00, bearer: 'GUARANTEE' },
      });
      const mornings = [0, 1, 2, 7].map((day) => hours(plusDays(monday, day), '09:00', 3));
      return { offerId, resourceId: await open(world, vliet, [offerId], mornings) };
    };
    const morning = (day: number): Wish['span'] => hours(plusDays(monday, day), '09:00', 3);
    const at = { householdId, placeOfService: 'RECIPIENT_HOME' } as const;

    const help = await offer('Zorg in de ochtend', true);
    const seriesId = world.ids.next();
    const rule = { from: monday, until: plusDays(monday, 7), startsAt: '09:00', endsAt: '12:00', weekdays: [1] };
    yes(await jan.order(requestSeries, { seriesId, ...at, ...help, rule }));
    yes(await jan.order(confirmSeries, { seriesId }));
    const series = await waitUntil(
      () => jan.ask(findSeries, { id: seriesId }),
      (it) => it?.dates.every(({ status }) => status === 'CONFIRMED') ?? false,
      { nl: 'Twee maandagen zijn bevestigd', en: 'Two Mondays are confirmed' },
    );
    const id = series?.dates[0]?.bookingId ?? '';
    const moved = await world.step(
      'jan',
      { nl: 'verzet de eerste maandag naar dinsdag', en: 'moves the first Monday to Tuesday' },
      async () => {
        yes(await jan.order(rescheduleBooking, { bookingId: id, span: morning(1) }));
        return waitUntil(
          () => jan.ask(findBooking, { id }),
          (it) => it?.span.from === morning(1).from,
          { nl: 'De afspraak is verzet', en: 'The booking is moved' },
        );
      },
      () => ({ nl: 'dinsdag, dezelfde afspraak', en: 'Tuesday, the same booking' }),
    );
    equals(moved?.status, 'CONFIRMED', { nl: 'De verzette afspraak', en: 'The booking that was moved' });
    await declined(world, vliet, jan, { ...at, ...(await offer('Zorg op aanvraag', false)), span: morning(2) });
    await leaves(world, { ...at, ...help, span: morning(1) });

    const after = instantOn(plusDays(monday, 1), '12:30');
    if (!(await world.until(after, { nl: 'een ochtend waarop niemand kon', en: 'a morning that fell through' })))
      return;
    await world.step(
      'de-vliet',
      {
        nl: 'legt vast dat het dinsdag voor het gezin niet lukte',
        en: 'records that the family could not make it on Tuesday',
      },
      async () => yes(await vliet.order(recordNoCare, { bookingId: id, reason: 'FAMILY_COULD_NOT' })),
      () => ({ nl: 'niet doorgegaan, zonder kosten', en: 'it did not take place, at no cost' }),
    );
    const ended = await jan.ask(findEnd, { id });
    equals([ended?.status, ended?.endReason, await jan.ask(findClaim, { bookingId: id })], ['NOT_GIVEN', null, null], {
      nl: 'Wat Jan daarvan ziet: geen verwijt, en geen kosten',
      en: 'What Jan sees of it: no blame, and no cost',
    });
    await world.step(
      'jan',
      { nl: 'boekt woensdag, bij dezelfde hulp', en: 'books Wednesday, with the same help' },
      () => book(world, jan, { ...at, ...help, span: morning(2) }),
      () => ({ nl: 'bevestigd; niets wordt hem nagedragen', en: 'confirmed; nothing is held against him' }),
    );
  },
};

/** A provider that cannot come says why, and the household reads it. */
const declined = async (world: World, provider: Session, family: Session, wish: Wish): Promise<void> => {
  const { id } = await request(world, family, wish);
  equals(yes(await family.order(confirmBooking, { bookingId: id })).status, 'AWAITING_ACCEPTANCE', {
    nl: 'De aanvraag',
    en: 'The request',
  });
  await world.step(
    'de-vliet',
    { nl: 'heeft woensdag niemand, en zegt dat', en: 'has nobody on Wednesday, and says so' },
    async () => yes(await provider.order(declineBooking, { bookingId: id, reason: 'NO_STAFF' })),
    () => ({ nl: 'nee, met de reden', en: 'no, with the reason' }),
  );
  const seen = await family.ask(findEnd, { id });
  equals([seen?.status, seen?.endReason], ['DECLINED', 'no-staff'], {
    nl: 'Wat het gezin leest',
    en: 'What the household reads',
  });
};

/** Somebody else waits for the same morning, and needs it no more. */
const leaves = async (world: World, wish: Wish): Promise<void> => {
  const els = await world.as('els');
  const householdId = await household(world, els);
  const asked = await els.order(requestBooking, { ...wish, bookingId: world.ids.next(), householdId });
  holds(!asked.accepted, 'De ochtend was nog vrij.', 'The morning was still free.');
  const waitingId = world.ids.next();
  const { offerId, placeOfService, span: window } = wish;
  const waits = (count: number) =>
    waitUntil(
      () => els.ask(listWaiting, { household: householdId }),
      (it) => it?.waiting.length === count,
      { nl: 'De wachtlijst is bijgewerkt', en: 'The waiting list is up to date' },
    );
  yes(await els.order(joinWaitingList, { waitingId, householdId, offerId, window, placeOfService }));
  await waits(1);
  const left = await world.step(
    'els',
    {
      nl: 'wacht op dezelfde ochtend, en gaat weer van de lijst',
      en: 'waits for the same morning, and leaves the list',
    },
    async () => yes(await els.order(leaveWaitingList, { offerId, waitingId })),
    () => ({ nl: 'van de lijst; een reden is niet nodig', en: 'off the list; no reason needed' }),
  );
  equals(left.status, 'LEFT', { nl: 'Els op de lijst', en: 'Els on the list' });
  await waits(0);
};
