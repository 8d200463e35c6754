import { type Day, dayOf, instantOn, plusDays } from '@adempauze/kernel';
import { findBooking } from '../api/care.ts';
import { reviewEntitlement } from '../api/funding.ts';
import type { Booking } from '../api/shapes.ts';
import { findNow, findViewer } from '../api/supply.ts';
import {
  book,
  cancel,
  deliver,
  hours,
  household,
  open,
  providerOf,
  publish,
  settled,
  type Wish,
  yes,
} from '../cast.ts';
import type { Session } from '../client.ts';
import { costs, equals, holds } from '../story-error.ts';
import type { Story, World } from '../world.ts';
import { award, expectRefusal, letDecide, newScheme } from './schemes.ts';
import { both, sumOf } from './tell.ts';

/** A08, S11: a nurse indicates and it works at once; the municipality reviews later. What was given stays paid. */
export const reviewedAfterwards: Story = {
  id: 'A08',
  title: {
    nl: 'De wijkverpleegkundige beslist, de gemeente kijkt later',
    en: 'The nurse decides, the municipality looks later',
  },
  async play(world) {
    const first = world.calendar.weekday('2026-06-02');
    const days = [0, 7, 14, 21, 28].map((it) => plusDays(first, it));
    const jan = await world.as('jan');
    const { householdId, entitlementId } = await indicated(world, jan, first);
    const vliet = await providerOf(world, 'de-vliet');
    const offerId = await publish(world, vliet, {
      ...{ form: 'F03', title: `Vervangende zorg (${world.ids.next().slice(0, 8)})`, place: 'Rijswijk' },
      ...{ priceCents: 45_00, bearer: 'GUARANTEE' },
    });
    const resourceId = await open(
      world,
      vliet,
      [offerId],
      days.map((it) => hours(it, '09:00', 4)),
    );
    const wish = (on: Day): Wish => ({
      ...{ householdId, offerId, resourceId, span: hours(on, '09:00', 4), placeOfService: 'CAREGIVER_HOME' },
    });
    const bookings = await world.step(
      'jan',
      { nl: 'boekt vier keer vier uur', en: 'books four times four hours' },
      async () => {
        const all: Booking[] = [];
        for (const on of days.slice(0, 4)) {
          const booking = await book(world, jan, wish(on));
          equals(booking.quote.coverage, 'COVERED', { nl: 'De dekking', en: 'The cover' });
          costs(booking.quote.ownCostCents, 0, { nl: 'De eigen kosten', en: 'The own cost' });
          all.push(booking);
        }
        return all;
      },
      () => ({ nl: 'alle vier meteen bevestigd', en: 'all four confirmed at once' }),
    );
    const given = async (from: number, until: number): Promise<number[]> => {
      const sums: number[] = [];
      for (const booking of bookings.slice(from, until)) {
        await deliver(world, vliet, booking);
        const { lines, costCents } = await settled(jan, booking.id);
        costs(costCents, 180_00, { nl: 'Een blok', en: 'One block' });
        costs(sumOf(lines ?? [], 'OWN', 'CONTRIBUTION'), 0, { nl: 'Wat Jan betaalt', en: 'What Jan pays' });
        sums.push(sumOf(lines ?? [], 'SCHEME'));
      }
      return sums;
    };

    const three = instantOn(plusDays(days[2] ?? first, 1), '09:00');
    if (!(await world.until(three, { nl: 'drie blokken en de controle', en: 'three blocks and the review' }))) return;
    equals(await given(0, 3), [180_00, 180_00, 180_00], {
      nl: 'Wat de gemeente betaalt',
      en: 'What the municipality pays',
    });
    const rijswijk = await world.as('rijswijk');
    await world.step(
      'rijswijk',
      { nl: 'kijkt de indicatie na en zegt nee', en: 'reviews the indication and says no' },
      async () => {
        const endsOn = dayOf(await rijswijk.ask(findNow, {}));
        return yes(await rijswijk.order(reviewEntitlement, { entitlementId, endsOn, reason: 'NOT_ELIGIBLE' }));
      },
      () => ({ nl: 'wat gegeven is, blijft betaald', en: 'what was given stays paid' }),
    );
    const fourth = bookings[3];
    holds(fourth !== undefined, 'Er is geen vierde blok.', 'There is no fourth block.');
    equals((await jan.ask(findBooking, { id: fourth.id }))?.status, 'CONFIRMED', {
      nl: 'De vierde afspraak',
      en: 'The fourth booking',
    });
    const refused = await world.step(
      'jan',
      { nl: 'vraagt een vijfde blok', en: 'asks for a fifth block' },
      () => expectRefusal(world, jan, wish(days[4] ?? first), 'scheme-ended-not-eligible'),
      ({ reason }) => ({ nl: reason.nl, en: reason.en }),
    );
    costs(refused.booking.quote.ownCostCents, 0, { nl: 'De eigen kosten', en: 'The own cost' });
    await cancel(jan, refused.booking.id);

    const last = instantOn(plusDays(days[3] ?? first, 1), '09:00');
    if (!(await world.until(last, { nl: 'het vierde blok', en: 'the fourth block' }))) return;
    equals(await given(3, 4), [0], { nl: 'Wat de gemeente van het vierde blok betaalt', en: 'Of the fourth block' });
    const claim = await settled(jan, fourth.id);
    costs(sumOf(claim.lines ?? [], 'GUARANTEE'), 180_00, { nl: 'Wat de garantiepot draagt', en: 'What the pot bears' });
    const told = both(
      540_00,
      (it) => `drie blokken ${it} van de gemeente; het vierde van de garantiepot`,
      (it) => `three blocks ${it} by the municipality; the fourth by the pot`,
    );
    world.fact(told.nl, told.en);
  },
};

/** The nurse has a mandate (R06) and decides; it works at once. */
const indicated = async (world: World, jan: Session, startsOn: Day) => {
  const rijswijk = await world.as('rijswijk');
  const nora = await world.as('nora');
  const { accountId } = await nora.ask(findViewer, {});
  const contactPerson = { accountId, name: 'Nora Visser', organisation: 'Wijkverpleging De Vliet' };
  const householdId = await household(world, jan, { contactPerson });
  const schemeId = await newScheme(world, rijswijk, {
    ...{ name: 'Indicatie wijkverpleging', source: 'S11', validFrom: plusDays(startsOn, -365) },
    rules: {
      ...{ coveredForms: ['F03'], countedForms: ['F03'], capMultiplier: 52, periodMonths: 12 },
      ...{ contributionCentsPerMonth: 0, extendable: false },
    },
  });
  await letDecide(rijswijk, { schemeId, accountId, holder: 'Wijkverpleegkundige', startsOn });
  const { id } = await world.step(
    'nora',
    { nl: 'geeft de indicatie af', en: 'gives the indication' },
    () => award(nora, { schemeId, householdId, startsOn }),
    () => ({ nl: 'werkt meteen', en: 'works at once' }),
  );
  return { householdId, entitlementId: id };
};
