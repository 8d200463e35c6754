import { dayOf, plusDays } from '@adempauze/kernel';
import { findBooking, watchBooking } from '../api/care.ts';
import { approveHelper, findProposed } from '../api/families.ts';
import {
  answerProposal,
  findMatch,
  listCandidates,
  listMatches,
  type Match,
  proposeHelper,
  registerHelper,
} from '../api/matching.ts';
import type { Booking } from '../api/shapes.ts';
import { confirm, hours, household, providerOf, publish, request, yes } from '../cast.ts';
import type { Session } from '../client.ts';
import { equals, holds, StoryError } from '../story-error.ts';
import { waitUntil } from '../wait-until.ts';
import { nameOf, type Story, type World } from '../world.ts';
import { tenTuesdays } from './familiar-faces.ts';

/** A volunteer form (F06, S64) from queue to yes, and the double assignment of A18: one helper, two families, one slot. */
export const volunteerMatch: Story = {
  id: 'A18',
  title: {
    nl: 'Een vrijwilliger gevonden, en twee keer tegelijk gevraagd',
    en: 'A volunteer found, and asked twice at once',
  },
  async play(world) {
    const tuesday = world.calendar.weekday('2026-01-13');
    const carla = await providerOf(world, 'carla');
    const offerId = await publish(world, carla, {
      ...{ form: 'F06', title: 'Vrijwilliger aan huis', place: 'Delft', priceCents: 0, vat: 'OUTSIDE' },
      ...{ bearer: 'GUARANTEE', instant: false, needsHelper: true },
    });
    const helperId = world.ids.next();
    yes(
      await carla.order(registerHelper, {
        ...{ helperId, name: 'Vera Vrijwilliger', place: 'Delft', maxHoursPerWeek: 12 },
        availability: [{ weekday: 2, from: '09:00', until: '21:00' }],
      }),
    );

    const fatima = await world.as('fatima');
    const family = await ask(world, fatima, offerId, hours(tuesday, '13:00', 3));
    const match = await inQueue(world, carla, family.id);
    const candidate = await world.step(
      'carla',
      { nl: 'kijkt wie er kan komen', en: 'looks who could come' },
      () => findCandidate(carla, match.id, helperId),
      (it) => ({
        nl: `${it.name}, ${it.travelKm} km, ${it.available ? 'kan' : 'kan niet'}`,
        en: `${it.name}, ${it.travelKm} km, ${it.available ? 'available' : 'not available'}`,
      }),
    );
    holds(candidate.available, 'De vrijwilliger zou niet kunnen.', 'The volunteer is said not to be available.');
    // She leaves the screen open: what changes comes to her, she does not ask again.
    const seen = untilLive(fatima, family.id);
    seen.catch(() => {}); // told below, by who waits for it
    await world.step(
      'carla',
      {
        nl: 'stelt Vera voor; Fatima zegt ja, en dan zegt Vera ja',
        en: 'proposes Vera; Fatima says yes, and then Vera says yes',
      },
      () => assign(carla, fatima, match, helperId),
      (code) => ({ nl: code === 'matched' ? 'gekoppeld' : code, en: code }),
    );
    await world.step(
      'fatima',
      { nl: 'ziet op haar scherm de afspraak veranderen', en: 'sees the booking change on her screen' },
      () => seen,
      (it) => ({ nl: `bevestigd; ${it.helperName} komt`, en: `confirmed; ${it.helperName} comes` }),
    );

    await twoCoordinators(world, carla, offerId, helperId, plusDays(tuesday, 7));

    const substituteId = world.ids.next();
    yes(
      await carla.order(registerHelper, {
        ...{ helperId: substituteId, name: 'Willem Vrijwilliger', place: 'Delft', maxHoursPerWeek: 12 },
        availability: [{ weekday: 2, from: '09:00', until: '21:00' }],
      }),
    );
    const matchWeek = async (bookingId: string, who: string) => {
      equals(await assign(carla, fatima, await matchOf(carla, bookingId), who), 'matched', {
        nl: 'De koppeling',
        en: 'The match',
      });
      await untilConfirmed(fatima, bookingId);
    };
    await tenTuesdays(
      world,
      { carla, family: fatima, match: matchWeek },
      { householdId: family.householdId, offerId, helperId, substituteId, visit: family, first: plusDays(tuesday, 14) },
    );
  },
};

type Span = ReturnType<typeof hours>;

/** A caregiver asks for a volunteer and says yes to what it costs; then a coordinator's turn. */
const ask = (world: World, caregiver: Session, offerId: string, span: Span) =>
  world.step(
    caregiver.account,
    { nl: 'vraagt een vrijwilliger voor drie uur in Delft', en: 'asks for a volunteer for three hours in Delft' },
    async () => {
      const householdId = await household(world, caregiver, { caregiver: 'Delft' });
      const held = await request(world, caregiver, { householdId, offerId, span, placeOfService: 'RECIPIENT_HOME' });
      equals(held.quote.ownCostCents, 0, { nl: 'De eigen kosten', en: 'The own cost' });
      const asked = await confirm(caregiver, held.id);
      equals(asked.status, 'AWAITING_HELPER', { nl: 'De stand', en: 'The status' });
      return { ...asked, householdId };
    },
    () => ({ nl: 'EUR 0; een coördinator zoekt iemand', en: 'EUR 0; a coordinator looks for somebody' }),
  );

const matchOf = async (coordinator: Session, bookingId: string): Promise<Match> => {
  const find = async () => {
    for (let after: string | null = null; ; ) {
      const page: { items: Match[]; hasNextPage: boolean; endCursor: string | null } = await coordinator.ask(
        listMatches,
        { status: ['OPEN'], first: 100, after },
      );
      const mine = page.items.find((it) => it.bookingId === bookingId);
      if (mine !== undefined || !page.hasNextPage) return mine;
      after = page.endCursor;
    }
  };
  const what = { nl: 'De vraag staat in de wachtrij', en: 'The request stands in the queue' };
  const match = await waitUntil(find, (it) => it !== undefined, what);
  holds(match !== undefined, 'De vraag staat niet in de wachtrij.', 'The request is not in the queue.');
  return match;
};

const inQueue = (world: World, coordinator: Session, bookingId: string): Promise<Match> =>
  world.step(
    coordinator.account,
    { nl: 'ziet de vraag in de wachtrij, zonder naam', en: 'sees the request in the queue, without a name' },
    () => matchOf(coordinator, bookingId),
    ({ span }) => ({ nl: `${dayOf(span.from)}, drie uur`, en: `${dayOf(span.from)}, three hours` }),
  );

const findCandidate = async (coordinator: Session, matchId: string, helperId: string) => {
  const found = await coordinator.ask(listCandidates, { id: matchId, first: 50 });
  const candidate = found?.candidates.find((it) => it.helperId === helperId);
  holds(candidate !== undefined, 'De vrijwilliger staat niet in de lijst.', 'The volunteer is not in the list.');
  return candidate;
};

/** Proposes the helper, to the family first, and records their yes: `matched`, or the code of the no. */
const assign = async (
  coordinator: Session,
  family: Session,
  { id: matchId, bookingId }: Pick<Match, 'id' | 'bookingId'>,
  helperId: string,
): Promise<string> => {
  const proposed = await coordinator.order(proposeHelper, { matchId, helperId });
  if (!proposed.accepted) return proposed.rejection.code;
  // R51, A18: nobody is asked, and nobody comes, before the family said yes to them.
  equals([proposed.value.status, proposed.value.awaits], ['PROPOSED', 'FAMILY'], {
    nl: 'Wiens ja eerst komt',
    en: 'Whose yes comes first',
  });
  equals((await family.ask(findProposed, { id: bookingId }))?.proposedHelper?.helperId, helperId, {
    nl: 'Wie aan de familie wordt voorgesteld',
    en: 'Who is proposed to the family',
  });
  yes(await family.order(approveHelper, { bookingId, helperId, answer: 'YES' }));
  const answered = await coordinator.order(answerProposal, { matchId, helperId, answer: 'YES' });
  return answered.accepted ? answered.value.status.toLowerCase() : answered.rejection.code;
};

/** Follows a booking by live updates until it is confirmed. */
const untilLive = async (session: Session, id: string): Promise<Booking> => {
  for await (const booking of session.watch(watchBooking, { id }, AbortSignal.timeout(10_000))) {
    if (booking?.status === 'CONFIRMED' && booking.helperName !== null) return booking;
  }
  throw new StoryError({ nl: 'De live berichten hielden op.', en: 'The live updates ended.' });
};

const untilConfirmed = (session: Session, id: string) =>
  waitUntil(
    () => session.ask(findBooking, { id }),
    (it) => it?.status === 'CONFIRMED' && it.helperName !== null,
    { nl: 'De afspraak wordt bevestigd', en: 'The booking is confirmed' },
  );

/** A18: both assignments are sent at once; exactly one succeeds, the other family stays in the queue. */
const twoCoordinators = async (
  world: World,
  carla: Session,
  offerId: string,
  helperId: string,
  day: ReturnType<typeof plusDays>,
): Promise<void> => {
  const span = hours(day, '13:00', 3);
  const callers = [await world.as('fatima'), await world.as('els')];
  const bookings = [];
  for (const caller of callers) bookings.push({ caller, booking: await ask(world, caller, offerId, span) });
  const matches: { caller: Session; match: Match }[] = [];
  for (const { caller, booking } of bookings) {
    matches.push({ caller, match: await inQueue(world, carla, booking.id) });
  }
  const codes = await world.step(
    'carla',
    {
      nl: 'en een collega wijzen Vera op hetzelfde moment toe aan twee gezinnen',
      en: 'and a colleague assign Vera to two families at the same moment',
    },
    () => Promise.all(matches.map(({ caller, match }) => assign(carla, caller, match, helperId))),
    (them) => {
      const count = them.filter((it) => it === 'matched').length;
      return {
        nl: `${count} gekoppeld, ${them.length - count} geweigerd: zij heeft dan al een afspraak`,
        en: `${count} matched, ${them.length - count} refused: she has an appointment then`,
      };
    },
  );
  equals(codes.toSorted(), ['helper-already-assigned', 'matched'], { nl: 'De uitkomst', en: 'The outcome' });
  const [winner] = matches.filter((_, index) => codes[index] === 'matched');
  const [loser] = matches.filter((_, index) => codes[index] !== 'matched');
  holds(winner !== undefined && loser !== undefined, 'Er is geen uitkomst.', 'There is no outcome.');
  await untilConfirmed(winner.caller, winner.match.bookingId);
  const waiting = await waitUntil(
    () => carla.ask(findMatch, { id: loser.match.id }),
    (it) => it?.status === 'OPEN',
    { nl: 'De andere vraag staat weer in de wachtrij', en: 'The other request is back in the queue' },
  );
  equals(waiting?.helperId ?? null, null, {
    nl: 'De vrijwilliger bij de andere vraag',
    en: 'The volunteer of the other request',
  });
  const [first, second] = [nameOf(winner.caller.account), nameOf(loser.caller.account)];
  world.fact(
    `de afspraak van ${first.nl} is bevestigd, de vraag van ${second.nl} staat nog in de wachtrij`,
    `${first.en}'s booking is confirmed, ${second.en}'s request is still in the queue`,
  );
};
