import { type Day, plusDays } from '@adempauze/kernel';
import { findBooking, listBookings, requestBooking } from '../api/care.ts';
import { approveHelper, findBrief, findFamily, registerFamily, registerHelperWith } from '../api/families.ts';
import { answerProposal, listCandidates, listMatches, proposeHelper } from '../api/matching.ts';
import { findRespite, findViewer } from '../api/supply.ts';
import { confirm, hours, open, providerOf, publish, request, type Supply, yes } from '../cast.ts';
import type { Session } from '../client.ts';
import { equals, holds } from '../story-error.ts';
import { waitUntil } from '../wait-until.ts';
import type { Story, World } from '../world.ts';
import { statusInWords } from './tell.ts';

/**
 * A17: no account, little Dutch. The support centre books by phone; language and a woman are used in matching; what is
 * told is a letter and a voice message; the second call asks nothing that is known.
 */
export const plainWords: Story = {
  id: 'A17',
  title: { nl: 'Bellen in plaats van inloggen', en: 'A call instead of a login' },
  async play(world) {
    const wednesday = world.calendar.weekday('2026-04-15');
    const { wished, plain } = await offered(world, wednesday);
    const nora = await world.as('nora');
    const householdId = await firstCall(world, nora);

    const found = await world.step(
      'nora',
      {
        nl: 'zoekt voor haar; taal, cultuur en een vrouw zijn al bekend',
        en: 'looks for her; language, culture and a woman are known already',
      },
      () =>
        nora.ask(findRespite, {
          ...{ household: householdId, when: { day: wednesday }, minutes: 180, forms: ['F01'], maxKm: 20, first: 50 },
        }),
      (it) => ({ nl: `${it?.options.length} gevonden`, en: `${it?.options.length} found` }),
    );
    const places = (found?.options ?? []).map(({ hit }) => hit.offer.id);
    const best = found?.options.find(({ hit }) => hit.offer.id === wished.offerId);
    holds(best !== undefined, 'Wie past is niet gevonden.', 'Who fits was not found.');
    const isFirst = !places.includes(plain.offerId) || places.indexOf(wished.offerId) < places.indexOf(plain.offerId);
    holds(isFirst, 'Wie dichterbij is maar niet past, staat hoger.', 'Who is nearer and does not fit comes first.');
    equals(best.reasons, ['AT_HOME', 'CONDITIONS_SERVED', 'LANGUAGE_SPOKEN', 'CULTURE_KNOWN', 'WOMAN_COMES'], {
      nl: 'Waarom dit past',
      en: 'Why this fits',
    });
    const at = { householdId, placeOfService: 'RECIPIENT_HOME' } as const;
    const first = await world.step(
      'nora',
      { nl: 'boekt woensdagmiddag namens haar', en: 'books Wednesday afternoon on her behalf' },
      async () => {
        const held = await request(world, nora, { ...at, ...wished, span: hours(wednesday, '13:00', 3) });
        return confirm(nora, held.id);
      },
      ({ status }) => statusInWords(status),
    );
    await told(world, nora, householdId, first.id);
    const brief = (await (await world.as('de-vliet')).ask(findBrief, { id: first.id }))?.brief;
    equals(
      { languages: brief?.languages, interpreter: brief?.interpreter },
      { languages: ['AR'], interpreter: true },
      { nl: 'Wat de aanbieder leest', en: 'What the provider reads' },
    );

    const second = await secondCall(world, nora, householdId, plusDays(wednesday, 28));
    const { contactPerson } = (await nora.ask(findFamily, { id: householdId })) ?? {};
    equals(contactPerson?.accountId, (await nora.ask(findViewer, {})).accountId, {
      nl: 'Het ene vaste aanspreekpunt',
      en: 'The one contact person',
    });
    await waitUntil(
      () => nora.ask(listBookings, { filter: { household: householdId } }),
      ({ items }) =>
        items
          .map(({ id }) => id)
          .toSorted()
          .join() === [first.id, second].toSorted().join(),
      { nl: 'Het vaste aanspreekpunt ziet beide', en: 'The contact person sees both' },
    );
    world.fact(
      `beide afspraken staan bij het ene vaste aanspreekpunt: ${contactPerson?.name}`,
      `both appointments are with the one contact person: ${contactPerson?.name}`,
    );
  },
};

/** Two offers near Delft: one in Dutch; and further off one with a woman who speaks Arabic. */
const offered = async (world: World, day: Day): Promise<{ wished: Supply; plain: Supply }> => {
  const vliet = await providerOf(world, 'de-vliet');
  const offer = async (title: string, place: string, more: object): Promise<Supply> => {
    const offerId = await publish(world, vliet, {
      ...{ form: 'F01', title: `${title} (${world.ids.next().slice(0, 8)})`, place, priceCents: 41_00 },
      ...{ bearer: 'GUARANTEE', travelKm: 30, ...more },
    });
    return { offerId, resourceId: await open(world, vliet, [offerId], [hours(day, '12:00', 6)]) };
  };
  return {
    plain: await offer('Blokzorg', 'Delft', {}),
    wished: await offer('Blokzorg in het Arabisch', 'Rijswijk', {
      ...{ languages: ['NL', 'AR'], cultures: ['MOROCCAN'], womanOnRequest: true },
    }),
  };
};

/** The story, told once, by phone: she has no account, and never gets one. */
const firstCall = (world: World, nora: Session): Promise<string> =>
  world.step(
    'nora',
    {
      nl: 'krijgt een schoondochter aan de telefoon, zonder account en met weinig Nederlands',
      en: 'is called by a daughter-in-law without an account and with little Dutch',
    },
    async () => {
      const { accountId } = await nora.ask(findViewer, {});
      const householdId = world.ids.next();
      yes(
        await nora.order(registerFamily, {
          householdId,
          caregiver: { name: 'Samira Haddad', place: 'Delft', phone: '0151234567' },
          recipient: {
            ...{ name: 'Khadija Haddad', place: 'Delft', conditions: ['DEMENTIA'], traits: ['WANDERING'] },
            careProfile: 'Drinkt graag muntthee.',
          },
          ...{ relation: 'OTHER_FAMILY', careHoursPerWeek: 30, needProfile: 'Boodschappen doen zonder zorgen.' },
          languages: ['AR'],
          wishes: { cultures: ['MOROCCAN'], womanPreferred: true, interpreter: true, channel: 'LETTER' },
          contactPerson: { accountId, name: 'Nora Visser', organisation: 'Steunpunt Delft' },
        }),
      );
      return householdId;
    },
    () => ({ nl: 'haar verhaal is één keer verteld', en: 'her story is told once' }),
  );

const told = (world: World, nora: Session, householdId: string, bookingId: string): Promise<unknown> =>
  world.step(
    'nora',
    { nl: 'stuurt een brief en spreekt een bericht in', en: 'sends a letter and leaves a voice message' },
    async () => {
      const family = await waitUntil(
        () => nora.ask(findFamily, { id: householdId }),
        (it) => it?.messages.some((message) => message.bookingId === bookingId) === true,
        { nl: 'De brief is er', en: 'The letter is there' },
      );
      const message = family?.messages.find((it) => it.bookingId === bookingId);
      holds(message !== undefined, 'Er is geen brief.', 'There is no letter.');
      equals(message.channel, 'LETTER', { nl: 'Hoe zij het hoort', en: 'How she hears' });
      holds(
        message.letter.nl.includes('Thuiszorg De Vliet'),
        'De brief zegt niet wie er komt.',
        'No word of who comes.',
      );
      holds(!message.spoken.nl.includes('Vliet'), 'Het bericht zegt te veel.', 'The message says too much.');
      return message;
    },
    ({ spoken }) => spoken,
  );

/** A month later: only what is new is asked. A volunteer, this time; by a coordinator who sees no name. */
const secondCall = async (world: World, nora: Session, householdId: string, day: Day): Promise<string> => {
  const carla = await providerOf(world, 'carla');
  const offerId = await publish(world, carla, {
    ...{ form: 'F06', title: 'Vrijwilliger aan huis', place: 'Delft', priceCents: 0, vat: 'OUTSIDE' },
    ...{ bearer: 'GUARANTEE', instant: false, needsHelper: true },
  });
  const [near, woman] = [world.ids.next(), world.ids.next()];
  const helper = { availability: [{ weekday: 3, from: '09:00', until: '21:00' }], maxHoursPerWeek: 12 };
  yes(
    await carla.order(registerHelperWith, {
      ...helper,
      helperId: near,
      name: 'Piet',
      place: 'Delft',
      languages: ['NL'],
    }),
  );
  yes(
    await carla.order(registerHelperWith, {
      ...{ ...helper, helperId: woman, name: 'Amal', place: 'Rijswijk', languages: ['NL', 'AR'] },
      about: { cultures: ['MOROCCAN'], woman: true },
    }),
  );
  const booking = await world.step(
    'nora',
    { nl: 'wordt een maand later weer gebeld en boekt opnieuw', en: 'is called again a month later, and books again' },
    async () => {
      const input = {
        ...{ bookingId: world.ids.next(), householdId, offerId, span: hours(day, '13:00', 3) },
        ...({ placeOfService: 'RECIPIENT_HOME', purpose: 'Naar de bruiloft van haar nicht.' } as const),
      };
      // Which offer, when, where and why: nothing of who they are, what is the matter, or what they wish.
      const isNew = ['bookingId', 'householdId', 'offerId', 'span', 'placeOfService', 'purpose'];
      equals(
        Object.keys(input).filter((it) => !isNew.includes(it)),
        [],
        {
          nl: 'Wat opnieuw gevraagd wordt',
          en: 'What is asked again',
        },
      );
      yes(await nora.order(requestBooking, input));
      return confirm(nora, input.bookingId);
    },
    () => ({ nl: '0 vragen opnieuw gesteld', en: '0 questions asked again' }),
  );
  const match = await waitUntil(
    async () =>
      (await carla.ask(listMatches, { status: ['OPEN'], first: 100 })).items.find((it) => it.bookingId === booking.id),
    (it) => it !== undefined,
    { nl: 'De vraag staat in de wachtrij', en: 'The request stands in the queue' },
  );
  holds(match !== undefined, 'De vraag staat niet in de wachtrij.', 'The request is not in the queue.');
  await world.step(
    'carla',
    { nl: 'kijkt wie er kan komen', en: 'looks who could come' },
    async () => {
      const { candidates } = (await carla.ask(listCandidates, { id: match.id, first: 50 })) ?? { candidates: [] };
      const mine = candidates.filter((it) => it.helperId === near || it.helperId === woman);
      equals(
        mine.map(({ helperId }) => helperId),
        [woman, near],
        { nl: 'De volgorde', en: 'The order' },
      );
      const [best] = mine;
      holds(
        ['WOMAN', 'SPEAKS_LANGUAGE', 'KNOWS_CULTURE'].every((it) => best?.reasons.includes(it)),
        'De redenen ontbreken.',
        'The reasons are missing.',
      );
      yes(await carla.order(proposeHelper, { matchId: match.id, helperId: woman }));
      // On her behalf, after she said so on the phone.
      yes(await nora.order(approveHelper, { bookingId: booking.id, helperId: woman, answer: 'YES' }));
      yes(await carla.order(answerProposal, { matchId: match.id, helperId: woman, answer: 'YES' }));
      return best;
    },
    (it) => ({ nl: `${it?.name} komt, al woont Piet dichterbij`, en: `${it?.name} comes, though Piet lives nearer` }),
  );
  const agreed = await waitUntil(
    () => nora.ask(findBooking, { id: booking.id }),
    (it) => it?.status === 'CONFIRMED' && it.helperName !== null,
    { nl: 'De afspraak wordt bevestigd', en: 'The booking is confirmed' },
  );
  world.fact(`${agreed?.helperName} komt op ${day}`, `${agreed?.helperName} comes on ${day}`);
  return booking.id;
};
