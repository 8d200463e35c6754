import { globalId } from '@adempauze/gateway';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  approveHelper,
  findFamily,
  findProposed,
  registerFamily,
  registerHelperWith,
  sayBriefConsent,
} from './api/families.ts';
import { answerProposal, listMatches, proposeHelper } from './api/matching.ts';
import { findViewer } from './api/supply.ts';
import { confirm, hours, open, providerOf, publish, request, yes } from './cast.ts';
import type { Session } from './client.ts';
import { createIds } from './ids.ts';
import { type RunningMarketplace, startMarketplace } from './marketplace.ts';
import { playStories } from './stage.ts';
import { connect, type Target } from './target.ts';
import { waitUntil } from './wait-until.ts';
import { people, type Story, type World } from './world.ts';

/*
 * R51: a request is seen by nobody but the household before it said yes to who was found for it. Everybody of a village
 * walks every road to it: caregivers who live there, providers, the coordinator of its volunteers, municipality, insurer.
 */

const nowMs = () => performance.now();
const names = ['Samira Stil', 'Naaste Stil', 'Liever niet vertellen', 'Stille gewoonten', '0151234567'];
/** Theirs it is, and the operator sees it without a name (R50). */
const family = ['fatima', 'beheer'];
let marketplace: RunningMarketplace;
let house: Target;

beforeAll(async () => {
  marketplace = await startMarketplace({ demonstration: 'none', clockStart: '2026-01-02T08:00:00Z', nowMs });
  house = await connect({ target: marketplace.target, ids: createIds('private'), nowMs, alone: true });
}, 60_000);
afterAll(async () => {
  house?.close();
  await marketplace?.stop();
}, 30_000);

/** Roads on which something of a booking, or of the household, could be seen. */
const roads = [
  'query ($booking: ID!) { node(id: $booking) { __typename ... on Booking { id householdId span { from } } } }',
  'query ($booking: ID!) { booking(id: $booking) { id purpose household { id } brief { recipientName conditions } } }',
  'query ($booking: ID!) { booking(id: $booking) { agreements { missing } helperName } }',
  'query ($household: ID!) { node(id: $household) { __typename ... on Household { id municipalityCode } } }',
  'query ($household: ID!) { household(id: $household) { caregiver { name } messages { letter { nl } } } }',
  'query ($household: ID!) { bookings(filter: { household: $household }) { edges { node { id } } } }',
  'query ($household: ID!) { seriesList(household: $household) { edges { node { id } } } }',
  'query ($household: ID!) { stays(household: $household) { edges { node { id } } } }',
];
/** Lists that are somebody's own: what is in them is looked through. */
const lists = [
  '{ bookings(first: 100) { edges { node { id householdId purpose brief { recipientName conditions } } } } }',
  '{ households(first: 100) { edges { node { id caregiver { name } } } } }',
  '{ seriesList(first: 50) { edges { node { id householdId } } } }',
  '{ stays(first: 50) { edges { node { id householdId } } } }',
  '{ matchQueue(first: 100) { edges { node { id bookingId municipalityCode languages } } } }',
  '{ helpers(first: 100) { edges { node { id assignments { bookingId } } } } }',
  '{ unmetDemand { form { id } month count } }',
  '{ claims: invoices(first: 100) { edges { node { id } } } }',
];

type Looked = { readonly account: string; readonly bodies: string };
const everybody = async (): Promise<(readonly [string, Session])[]> => {
  const client = house.makeClient();
  const accounts = Object.keys(people).filter((it) => !family.includes(it));
  return [
    ...(await Promise.all(accounts.map(async (it) => [it, await client.as(it)] as const))),
    ['visitor', client.visitor()],
  ];
};

/** Who can tell that there is such a booking or household, by asking for it; who has it in a list; and all that was read. */
const walk = async (bookingId: string, householdId: string, absent: { booking: string; household: string }) => {
  const ids = { booking: globalId('Booking', bookingId), household: globalId('Household', householdId) };
  const none = { booking: globalId('Booking', absent.booking), household: globalId('Household', absent.household) };
  const canTell = new Set<string>();
  const inList = new Set<string>();
  const looked: Looked[] = [];
  for (const [account, session] of await everybody()) {
    for (const road of roads) {
      const there = await session.raw(road, ids);
      const missing = await session.raw(road, none);
      if (there.body !== missing.body) canTell.add(account);
      looked.push({ account, bodies: there.body });
    }
    for (const list of lists) {
      const { body } = await session.raw(list, {});
      if (body.includes(ids.booking) || body.includes(ids.household)) inList.add(account);
      looked.push({ account, bodies: body });
    }
  }
  const words = looked.flatMap(({ account, bodies }) =>
    names.filter((name) => bodies.includes(name)).map((name) => `${account} reads ${name}`),
  );
  return { canTell: [...canTell], inList: [...inList], words: [...new Set(words)] };
};

const played = async (play: (world: World) => Promise<void>): Promise<void> => {
  const story: Story = { id: 'R51', title: { nl: 'Besloten', en: 'Private' }, play };
  const [it] = await playStories([story], house.stage);
  expect(it?.failure?.en).toBeUndefined();
};

test(
  'nobody of the village sees a request before the household said yes, and nobody but who was asked after that',
  () =>
    played(async (world) => {
      const day = world.calendar.weekday('2026-06-10');
      const absent = { booking: world.ids.next(), household: world.ids.next() };
      const [saskia, carla, fatima] = [
        await providerOf(world, 'bij-saskia'),
        await providerOf(world, 'carla'),
        await world.as('fatima'),
      ];
      const { accountId } = await fatima.ask(findViewer, {});
      const tell = async (): Promise<string> => {
        const householdId = world.ids.next();
        yes(
          await fatima.order(registerFamily, {
            householdId,
            caregiver: { name: 'Samira Stil', place: 'Delft', phone: '0151234567' },
            recipient: {
              ...{ name: 'Naaste Stil', place: 'Delft', conditions: ['DEMENTIA'], traits: ['WANDERING'] },
              careProfile: 'Stille gewoonten',
            },
            ...{ relation: 'CHILD', careHoursPerWeek: 20, needProfile: 'Liever niet vertellen' },
            contactPerson: { accountId, name: 'Samira Stil' },
          }),
        );
        return householdId;
      };
      // Two of them, so that who knows of the one has no reason to know of the other.
      const [one, other] = [await tell(), await tell()];
      const span = hours(day, '13:00', 3);
      const paid = await publish(world, saskia, {
        ...{ form: 'F05', title: 'Aanvullende zorg', place: 'Delft', priceCents: 23_00, vat: 'STANDARD' },
        ...{ bearer: 'OWN', instant: false },
      });
      const resourceId = await open(world, saskia, [paid], [hours(day, '08:00', 10)]);
      const free = await publish(world, carla, {
        ...{ form: 'F06', title: 'Vrijwilliger aan huis', place: 'Delft', priceCents: 0, vat: 'OUTSIDE' },
        ...{ bearer: 'GUARANTEE', instant: false, needsHelper: true },
      });
      const helperId = world.ids.next();
      yes(
        await carla.order(registerHelperWith, {
          ...{ helperId, name: 'De buurvrouw', place: 'Delft', languages: ['NL'], maxHoursPerWeek: 12 },
          availability: [{ weekday: 3, from: '09:00', until: '21:00' }],
        }),
      );
      const wish = { span, placeOfService: 'RECIPIENT_HOME', purpose: 'Liever niet vertellen' } as const;

      // Only looked at: the place is held, and it is nobody else's business, not even of who offers it.
      const looking = await request(world, fatima, { ...wish, householdId: one, offerId: paid, resourceId });
      const wondering = await request(world, fatima, {
        ...{ ...wish, householdId: other, span: hours(day, '17:00', 2), offerId: free },
      });
      const nobody = { canTell: [], inList: [], words: [] };
      expect(await walk(looking.id, one, absent)).toEqual(nobody);
      expect(await walk(wondering.id, other, absent)).toEqual(nobody);

      // She said yes: who was asked sees when and where, and no name.
      expect((await confirm(fatima, looking.id)).status).toBe('AWAITING_ACCEPTANCE');
      expect(await walk(looking.id, one, absent)).toEqual({
        ...{ canTell: ['bij-saskia'], inList: ['bij-saskia'], words: [] },
      });
      expect((await confirm(fatima, wondering.id)).status).toBe('AWAITING_HELPER');
      const match = await waitUntil(
        async () =>
          (await carla.ask(listMatches, { status: ['OPEN'], first: 100 })).items.find(
            ({ bookingId }) => bookingId === wondering.id,
          ),
        (it) => it !== undefined,
        { nl: 'De vraag staat in de wachtrij', en: 'The request stands in the queue' },
      );
      expect(await walk(wondering.id, other, absent)).toEqual({
        ...{ canTell: ['carla'], inList: ['carla'], words: [] },
      });

      // Somebody was found: now their organisation reads who it is for, as long as the household wants that.
      const asked = { matchId: match?.id ?? '', helperId };
      yes(await carla.order(proposeHelper, asked));
      // The neighbour hears of it only after the family's yes to her.
      const early = await carla.order(answerProposal, { ...asked, answer: 'YES' });
      expect(early.accepted ? 'accepted' : early.rejection.code).toBe('family-not-asked');
      expect((await carla.ask(findProposed, { id: wondering.id }))?.proposedHelper).toBeNull();
      const found = await fatima.ask(findProposed, { id: wondering.id });
      expect(found?.proposedHelper).toEqual({ helperId, name: 'De buurvrouw' });
      yes(await fatima.order(approveHelper, { bookingId: wondering.id, helperId, answer: 'YES' }));
      yes(await carla.order(answerProposal, { ...asked, answer: 'YES' }));
      await waitUntil(
        () => walk(wondering.id, other, absent),
        ({ words }) => words.length > 0,
        { nl: 'De organisatie leest voor wie het is', en: 'The organisation reads who it is for' },
      );
      const matched = await walk(wondering.id, other, absent);
      expect(matched.words).toEqual(['carla reads Naaste Stil']);
      expect(matched.canTell).toEqual(['carla']);
      yes(await fatima.order(sayBriefConsent, { householdId: other, given: false }));
      expect((await walk(wondering.id, other, absent)).words).toEqual([]);
      expect((await fatima.ask(findFamily, { id: other }))?.briefConsent.given).toBe(false);
    }),
  120_000,
);
