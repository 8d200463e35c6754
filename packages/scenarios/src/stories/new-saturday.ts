import { dayOf, type Instant, mondayOf, plusDays, plusMs } from '@adempauze/kernel';
import { cancelBooking, confirmBooking } from '../api/care.ts';
import { joinWaitingList, listWaiting, type Waiting } from '../api/plans.ts';
import { findNow, publishTimes } from '../api/supply.ts';
import { findWaitingList } from '../api/waiting.ts';
import { book, hours, household, open, providerOf, publish, yes } from '../cast.ts';
import type { Session } from '../client.ts';
import { moment } from '../moment.ts';
import { equals, holds } from '../story-error.ts';
import { waitUntil } from '../wait-until.ts';
import type { Story, World } from '../world.ts';
import { statusInWords } from './tell.ts';

/** New times go to who waits: to one at a time, held for four hours, and everybody sees why. */
export const newSaturday: Story = {
  id: 'new-saturday',
  title: { nl: 'Een nieuwe zaterdag, en wie er wacht', en: 'A new Saturday, and who waits' },
  async play(world) {
    const deVliet = await providerOf(world, 'de-vliet');
    const monday = mondayOf(plusDays(dayOf(await deVliet.ask(findNow, {})), 35));
    const [first, second] = [plusDays(monday, 5), plusDays(monday, 12)].map((day) => hours(day, '10:00', 3));
    holds(first !== undefined && second !== undefined, 'Er zijn geen zaterdagen.', 'There are no Saturdays.');
    const title = `Zorg op zaterdag (${world.ids.next().slice(0, 8)})`;
    const care = { form: 'F01', title, place: 'Rijswijk', priceCents: 23_00, bearer: 'GUARANTEE' } as const;
    const offerId = await publish(world, deVliet, care);
    const resourceId = await open(world, deVliet, [offerId], [first]);
    const els = await world.as('els');
    await book(world, els, {
      ...{ householdId: await household(world, els), offerId, resourceId, span: first },
      placeOfService: 'RECIPIENT_HOME',
    });

    const window = { from: first.from, until: second.until };
    const jan = await familyOf(world, 'jan', 'Hillegom');
    const fatima = await familyOf(world, 'fatima', 'Rijswijk');
    await world.step(
      'Jan, Fatima',
      {
        nl: 'vinden de zaterdag vol en gaan op de wachtlijst: Jan eerst, uit Hillegom, dan Fatima, uit Rijswijk',
        en: 'find the Saturday taken and join the waiting list: Jan first, of Hillegom, then Fatima, of Rijswijk',
      },
      async () => {
        for (const { session, householdId } of [jan, fatima]) {
          const wish = { householdId, offerId, window, placeOfService: 'RECIPIENT_HOME' } as const;
          yes(await session.order(joinWaitingList, { waitingId: world.ids.next(), ...wish }));
        }
        return waitingOf(fatima);
      },
      ({ aheadLonger }) => ({
        nl: `voor Fatima wacht nog ${aheadLonger} huishouden langer`,
        en: `${aheadLonger} household has waited longer than Fatima`,
      }),
    );

    const toFatima = await world.step(
      'de-vliet',
      { nl: 'opent nog een zaterdag', en: 'opens one more Saturday' },
      async () => {
        yes(await deVliet.order(publishTimes, { resourceId, spans: [second] }));
        return offered(fatima);
      },
      toldOf('Fatima'),
    );
    equals(toFatima.why?.rule, 'NEAR', { nl: 'Waarom Fatima', en: 'Why Fatima' });
    equals((await waitingOf(jan)).offers, [], { nl: 'Wat Jan is aangeboden', en: 'What Jan was offered' });

    const isSilent = await world.until(plusMs(toFatima.until, 60_000) satisfies Instant, {
      nl: 'Fatima zegt vier uur niets',
      en: 'Fatima says nothing for four hours',
    });
    const toJan = await world.step(
      'fatima',
      isSilent
        ? { nl: 'zegt niets, vier uur lang', en: 'says nothing, for four hours' }
        : { nl: 'heeft intussen iets anders, en laat het gaan', en: 'has something else by now, and lets it go' },
      async () => {
        if (!isSilent) yes(await fatima.session.order(cancelBooking, { bookingId: toFatima.bookingId }));
        return offered(jan);
      },
      toldOf('Jan'),
    );
    equals(toJan.span, second, { nl: 'De tijd die Jan is aangeboden', en: 'The time that Jan was offered' });
    await world.step(
      'jan',
      { nl: 'zegt ja', en: 'says yes' },
      async () => yes(await jan.session.order(confirmBooking, { bookingId: toJan.bookingId })),
      ({ status }) => statusInWords(status),
    );
    const seen = await world.step(
      'de-vliet',
      { nl: 'ziet waarom de zaterdag naar wie ging', en: 'sees why the Saturday went to whom' },
      () =>
        waitUntil(
          () => deVliet.ask(findWaitingList, { offer: offerId }),
          (it) => it?.places[0]?.status === 'TAKEN',
          { nl: 'De plek is genomen', en: 'The place is taken' },
        ),
      (it) => {
        const words = it?.places[0]?.offeredTo.flatMap(({ why }) => why?.words ?? []) ?? [];
        return { nl: words.map(({ nl }) => nl).join(' '), en: words.map(({ en }) => en).join(' ') };
      },
    );
    const [place] = seen?.places ?? [];
    equals(
      place?.offeredTo.map(({ outcome, why }) => [outcome, why?.rule]),
      [
        [isSilent ? 'SILENT' : 'DECLINED', 'NEAR'],
        ['TAKEN', 'ONLY'],
      ],
      { nl: 'Aan wie de plek is aangeboden, en waarom', en: 'To whom the place was offered, and why' },
    );
    equals(
      seen?.waiting.map(({ householdId }) => householdId),
      [null],
      { nl: 'Wie nog wacht, zonder naam', en: 'Who still waits, without a name' },
    );
  },
};

type Family = { readonly session: Session; readonly householdId: string };
const familyOf = async (world: World, account: 'fatima' | 'jan', place: string): Promise<Family> => {
  const session = await world.as(account);
  return { session, householdId: await household(world, session, { caregiver: place }) };
};

const waitingOf = async ({ session, householdId }: Family): Promise<Waiting> => {
  const found = await waitUntil(
    () => session.ask(listWaiting, { household: householdId }),
    (it) => (it?.waiting.length ?? 0) > 0,
    { nl: 'Het huishouden staat op de wachtlijst', en: 'The household is on the waiting list' },
  );
  const [waiting] = found?.waiting ?? [];
  holds(waiting !== undefined, 'Er wacht niemand.', 'Nobody waits.');
  return waiting;
};

/** The place that is offered to them now, once it is held for them. */
const offered = async ({ session, householdId }: Family): Promise<Waiting['offers'][number]> => {
  const found = await waitUntil(
    () => session.ask(listWaiting, { household: householdId }),
    (it) => it?.waiting[0]?.offers.some(({ outcome }) => outcome === 'OFFERED') ?? false,
    { nl: 'Er wordt een plek aangeboden', en: 'A place is offered' },
  );
  const offer = found?.waiting[0]?.offers.find(({ outcome }) => outcome === 'OFFERED');
  holds(offer !== undefined, 'Er is niets aangeboden.', 'Nothing was offered.');
  return offer;
};

const toldOf =
  (name: string) =>
  ({ until, why }: Waiting['offers'][number]) => ({
    nl: `${name} mag kiezen tot ${moment(until).nl}. ${why?.words.nl ?? ''}`,
    en: `${name} may choose until ${moment(until).en}. ${why?.words.en ?? ''}`,
  });
