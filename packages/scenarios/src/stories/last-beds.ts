import { dayOf, monthOf } from '@adempauze/kernel';
import { confirmBooking, requestBooking } from '../api/care.ts';
import { listUnmetDemand } from '../api/funding.ts';
import { joinWaitingList, listWaiting } from '../api/plans.ts';
import { searchOffers } from '../api/supply.ts';
import { book, household, nights, open, providerOf, publish, signInAll, yes } from '../cast.ts';
import type { Session } from '../client.ts';
import { equals, holds } from '../story-error.ts';
import { waitUntil } from '../wait-until.ts';
import type { Story, World } from '../world.ts';

const near = 'Rijswijk';
const form = 'F12';

/** A20: a guest house with two beds left on one night, three callers at the same moment, and demand that shows. */
export const lastBeds: Story = {
  id: 'A20',
  title: {
    nl: 'De laatste twee bedden en drie bellers',
    en: 'The last two beds and three callers',
  },
  async play(world) {
    const stay = nights(world.calendar.weekday('2026-01-09'), 1);
    const duinroos = await providerOf(world, 'duinroos');
    const municipality = await world.as('rijswijk');
    const demand = () => unmetDemand(municipality, monthOf(dayOf(stay.from)));

    const house = await world.step(
      'duinroos',
      {
        nl: 'biedt een nacht aan met nog twee bedden, en ernaast een tuinkamer',
        en: 'offers a night with two beds left, and a garden room next door',
      },
      () => publishHouse(world, duinroos, stay),
      () => ({ nl: 'staat open om te boeken', en: 'open for booking' }),
    );
    const before = await demand();
    const callers = await signInAll(world, 'fatima', 'jan', 'els');
    const families = await Promise.all(
      callers.map(async (caller) => ({ caller, householdId: await household(world, caller, { caregiver: near }) })),
    );

    const outcomes = await world.step(
      'Fatima, Jan, Els',
      { nl: 'vragen en bevestigen alle drie op hetzelfde moment', en: 'all three ask and confirm at the same moment' },
      () => Promise.all(families.map((family) => call(world, family, house.full, stay))),
      (all) => {
        const count = all.filter((it) => it.code === 'confirmed').length;
        return {
          nl: `${count} bevestigd, ${all.length - count} te laat`,
          en: `${count} confirmed, ${all.length - count} too late`,
        };
      },
    );
    equals(outcomes.map((it) => it.code).toSorted(), ['confirmed', 'confirmed', 'place-taken'], {
      nl: 'De uitkomst voor drie bellers en twee bedden',
      en: 'The outcome for three callers and two beds',
    });
    const third = outcomes.find((it) => it.code !== 'confirmed');
    holds(third !== undefined, 'Niemand was te laat.', 'Nobody was too late.');
    const { caller, householdId } = third.family;

    const found = await world.step(
      caller.account,
      {
        nl: 'leest dat iemand net eerder was, en zoekt opnieuw',
        en: 'reads that somebody was just before, and searches again',
      },
      async () => {
        const page = await caller.ask(searchOffers, {
          ...{ near, maxKm: 60, forms: [form], ...stay, nights: 1, first: 100 },
        });
        return page.items.filter((it) => it.times.some((time) => time.span.from === stay.from));
      },
      (hits) => ({
        nl: hits.length === 1 ? 'één andere plek voor die nacht' : `${hits.length} andere plekken voor die nacht`,
        en: hits.length === 1 ? 'one other place for that night' : `${hits.length} other places for that night`,
      }),
    );
    const offersFound = found.flatMap((it) => it.times.map((time) => time.resourceId));
    holds(
      !found.some((it) => it.offer.title === house.full.title),
      'Het volle huis staat nog in de lijst.',
      'The full house is still in the list.',
    );
    holds(offersFound.length > 0, 'Er zijn geen alternatieven gevonden.', 'No alternatives were found.');
    const alternative = found.find((it) => it.offer.title === house.free.title);
    holds(alternative !== undefined, 'De vrije tuinkamer is niet gevonden.', 'The free garden room was not found.');

    const joined = await world.step(
      caller.account,
      {
        nl: 'blijft liever bij De Duinroos, en gaat ook op de wachtlijst',
        en: 'would rather stay in the house itself, and joins the waiting list as well',
      },
      () => wait(world, third.family, house.full, stay),
      ({ lane, aheadUrgent, aheadLonger }) => ({
        nl: `${lane === 'URGENT' ? 'met spoed' : 'gewoon'}; ${aheadUrgent} spoed en ${aheadLonger} langer gaan voor`,
        en: `${lane.toLowerCase()}; ${aheadUrgent} urgent and ${aheadLonger} longer go before`,
      }),
    );
    const { status, lane, aheadUrgent, aheadLonger, offers } = joined;
    equals([status, lane, aheadUrgent, aheadLonger, offers], ['WAITING', 'NORMAL', 0, 0, []], {
      nl: 'De plek op de wachtlijst, en waarom',
      en: 'The place on the waiting list, and why',
    });

    await world.step(
      caller.account,
      { nl: 'boekt de tuinkamer', en: 'books the garden room' },
      () => book(world, caller, { householdId, ...house.free.place, span: stay, placeOfService: 'PROVIDER' }),
      ({ quote }) => ({
        nl: `bevestigd; eigen kosten EUR ${quote.ownCostCents / 100}`,
        en: `confirmed; own cost EUR ${quote.ownCostCents / 100}`,
      }),
    );
    await world.step(
      'rijswijk',
      {
        nl: 'kijkt naar de vraag zonder plek: logeren, inwoners van Rijswijk',
        en: 'looks at demand without a place: stays, residents of Rijswijk',
      },
      () =>
        waitUntil(demand, (now) => now >= before + 1, {
          nl: 'De vraag zonder plek is één hoger',
          en: 'The unmet demand is one higher',
        }),
      (now) => ({ nl: `was ${before}, is ${now}`, en: `was ${before}, is ${now}` }),
    );
    if (world.alone) equals(await demand(), before + 1, { nl: 'De vraag zonder plek', en: 'The unmet demand' });
  },
};

type Family = { readonly caller: Session; readonly householdId: string };
type House = { readonly title: string; readonly place: { readonly offerId: string; readonly resourceId: string } };

const publishHouse = async (
  world: World,
  session: Session,
  stay: ReturnType<typeof nights>,
): Promise<Record<'full' | 'free', House>> => {
  const one = async (name: string, capacity: number): Promise<House> => {
    // The title tells this play's house from those of earlier plays on the same marketplace.
    const title = `${name} (${world.ids.next().slice(0, 8)})`;
    const offerId = await publish(world, session, {
      form,
      title,
      place: 'Noordwijk',
      priceCents: 175_55,
      bearer: 'GUARANTEE',
    });
    return { title, place: { offerId, resourceId: await open(world, session, [offerId], [stay], capacity) } };
  };
  return { full: await one('De Duinroos, twee bedden', 2), free: await one('Tuinkamer van De Duinroos', 1) };
};

/** One caller, start to end: `confirmed`, or the code of the no. */
const call = async (world: World, family: Family, house: House, stay: ReturnType<typeof nights>) => {
  const { caller, householdId } = family;
  const bookingId = world.ids.next();
  const asked = await caller.order(requestBooking, {
    ...{ bookingId, householdId, ...house.place, span: stay, placeOfService: 'PROVIDER' },
  });
  if (!asked.accepted) return { family, code: asked.rejection.code };
  const confirmed = await caller.order(confirmBooking, { bookingId });
  return { family, code: confirmed.accepted ? confirmed.value.status.toLowerCase() : confirmed.rejection.code };
};

/** Waits for the bed that somebody else just took, and reads where they are and why. */
const wait = async (world: World, { caller, householdId }: Family, house: House, window: ReturnType<typeof nights>) => {
  const waitingId = world.ids.next();
  const { offerId } = house.place;
  yes(await caller.order(joinWaitingList, { waitingId, householdId, offerId, window, placeOfService: 'PROVIDER' }));
  const found = await waitUntil(
    () => caller.ask(listWaiting, { household: householdId }),
    (it) => it?.waiting.some((one) => one.waitingId === waitingId) ?? false,
    { nl: 'Het huishouden staat op de wachtlijst', en: 'The household is on the waiting list' },
  );
  const mine = found?.waiting.find((it) => it.waitingId === waitingId);
  holds(mine !== undefined, 'Er wacht niemand.', 'Nobody waits.');
  return mine;
};

const unmetDemand = async (municipality: Session, month: string): Promise<number> => {
  const rows = await municipality.ask(listUnmetDemand, {});
  return rows.filter((it) => it.form.id === form && it.month === month).reduce((sum, it) => sum + it.count, 0);
};
