import { copyFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { Month } from '@adempauze/contracts';
import { dayOf, instantOn, monthOf, plusDays } from '@adempauze/kernel';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { type NewHousehold, recordDelivery, registerHousehold } from './api/care.ts';
import { billMonth } from './api/funding.ts';
import { calendarFrom } from './calendar.ts';
import { book, deliver, hours, open, providerOf, publish, settled, yes } from './cast.ts';
import type { Client } from './client.ts';
import { seeEverything } from './everything.ts';
import { mutation } from './graphql.ts';
import { createIds } from './ids.ts';
import { type RunningMarketplace, startMarketplace } from './marketplace.ts';
import { connect, type Target } from './target.ts';
import type { World } from './world.ts';

const nowMs = () => performance.now();
const ids = createIds('forgetting');
/** Chosen so that no other text holds them. */
const texts = {
  caregiver: 'Quirijntje Vlokhoven-Zzaman',
  phone: '06-91827364',
  email: 'quirijntje@vlokhoven.example',
  recipient: 'Ottelien Brexmaurits',
  careProfile: 'Fluit altijd het Wilhelmus achterstevoren bij de afwas.',
  needProfile: 'Ik wil eindelijk weer eens gaan kantklossen in Xanten.',
  purpose: 'Naar de kwartelkoningentelling met Bregje.',
  contact: 'Wijkzuster Pjotrowska',
  otherCaregiver: 'Hendrikus Yperlaan-Quist',
  otherPhone: '06-81726354',
  otherRecipient: 'Jkvr. Mwende van Sproetsveld',
  otherNeed: 'Een middag zonder zuurstofapparaat in huis.',
} as const;

type Family = { readonly householdId: string; readonly caregiverId: string; readonly recipientId: string };
let folder: string;
/** Made before anybody is forgotten. */
let oldKeys: string;
let marketplace: RunningMarketplace;
let house: Target;
let client: Client;
let world: World;
let fatima: Family & {
  readonly given: string;
  readonly past: string;
  readonly justGiven: string;
  readonly coming: string;
};
let els: Family;

const start = async (): Promise<void> => {
  marketplace = await startMarketplace({ demonstration: 'none', clockStart: '2026-01-02T08:00:00Z', folder, nowMs });
  house = await connect({ target: marketplace.target, ids: ids.fork('keys'), nowMs, alone: true });
  client = house.makeClient();
  world = {
    ...{ ids, alone: true, calendar: calendarFrom(house.stage.begin) },
    as: (account) => client.as(account),
    step: (_who, _does, act) => act(),
    fact: () => {},
    until: (at) => house.stage.moveClock(at),
  };
};
const stop = async (): Promise<void> => {
  house.close();
  await marketplace.stop();
};

/** Every text that stands readable in a file of the data folder, with the file: log, keys, read models, all of it. */
const readable = async (): Promise<string[]> => {
  const found: string[] = [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  expect(files.map(({ name }) => name)).toEqual(expect.arrayContaining(['events.db', 'keys.db', 'master.key']));
  for (const { parentPath, name } of files) {
    const bytes = await readFile(join(parentPath, name));
    found.push(...Object.values(texts).flatMap((text) => (bytes.includes(text) ? [`${name}: ${text}`] : [])));
  }
  return found;
};

const look = async (account: string, document: string, variables: object = {}): Promise<unknown> =>
  JSON.parse((await (await client.as(account)).raw(document, variables)).body).data;
const trialBalance = () => look('beheer', '{ trialBalance { rows { account debitCents creditCents } balanced } }');
const household = (account: string, id: string) =>
  look(
    account,
    `query ($id: ID!) { household(id: $id) { caregiver { accountId name phone email place { name } }
       recipient { name birthYear conditions highRiskActs careProfile place { name } }
       needProfile contactPerson { name } } }`,
    { id },
  );
const purposeOf = (account: string, id: string) =>
  look(account, 'query ($id: ID!) { booking(id: $id) { status purpose } }', { id });
const briefOf = (id: string) =>
  look(
    'bij-saskia',
    'query ($id: ID!) { booking(id: $id) { status brief { recipientName careProfile caregiverPhone conditions } } }',
    { id },
  );

const Forgotten = z.object({ personId: z.string(), cancelledBookings: z.array(z.string()), kept: z.array(z.string()) });
const forgetPerson = mutation<{ personId?: string }, typeof Forgotten>(
  'forgetPerson',
  'forgotten',
  '{ personId cancelledBookings kept }',
  Forgotten,
);
const forget = async (account: string, personId?: string, key?: string) =>
  (await client.as(account)).order(forgetPerson, personId === undefined ? {} : { personId }, key);

const Person = z.object({ personId: z.string() });
const registerFamily = mutation(
  registerHousehold.name,
  'household',
  '{ caregiver { personId } recipient { personId } }',
  z.object({ caregiver: Person, recipient: Person }),
);
const register = async (
  account: string,
  input: NewHousehold & { readonly caregiver: { readonly email?: string } },
): Promise<Family> => {
  const { caregiver, recipient } = yes(await (await client.as(account)).order(registerFamily, input));
  return { householdId: input.householdId, caregiverId: caregiver.personId, recipientId: recipient.personId };
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'adempauze-forgetting-'));
  oldKeys = `${folder}.keys`;
  await start();
  const nora = await client.as('nora');
  const viewer = z.object({ viewer: z.object({ accountId: z.string() }) });
  const { accountId } = viewer.parse(JSON.parse((await nora.raw('{ viewer { accountId } }')).body).data).viewer;
  const contactPerson = { accountId, name: texts.contact, organisation: 'Wijkverpleging' };
  const family = await register('fatima', {
    householdId: ids.next(),
    caregiver: { name: texts.caregiver, phone: texts.phone, email: texts.email, place: 'Rijswijk' },
    recipient: { name: texts.recipient, place: 'Delft', conditions: ['FRAILTY'], careProfile: texts.careProfile },
    ...{ relation: 'CHILD', careHoursPerWeek: 31, needProfile: texts.needProfile, contactPerson },
  });
  els = await register('els', {
    householdId: ids.next(),
    caregiver: { name: texts.otherCaregiver, phone: texts.otherPhone, place: 'Rijswijk' },
    recipient: { name: texts.otherRecipient, place: 'Rijswijk', conditions: ['FRAILTY'] },
    ...{ relation: 'PARTNER', careHoursPerWeek: 20, needProfile: texts.otherNeed, contactPerson },
  });

  const saskia = await providerOf(world, 'bij-saskia');
  const offerId = await publish(world, saskia, {
    ...{ form: 'F05', title: 'Gezelschap aan huis', place: 'Rijswijk', priceCents: 23_00, bearer: 'OWN' },
  });
  const monday = plusDays(dayOf(house.stage.begin), 3);
  const days = [0, 1, 2, 30].map((later) => plusDays(monday, later));
  const resourceId = await open(
    world,
    saskia,
    [offerId],
    days.map((day) => hours(day, '09:00', 8)),
  );
  const booked = [];
  for (const day of days) {
    const wish = { householdId: family.householdId, offerId, resourceId, span: hours(day, '10:00', 3) };
    const session = await client.as('fatima');
    booked.push(await book(world, session, { ...wish, purpose: texts.purpose, placeOfService: 'RECIPIENT_HOME' }));
  }
  const [given, past, justGiven, coming] = booked;
  if (!given || !past || !justGiven || !coming) throw new Error('Four bookings were made.');
  expect(await briefOf(given.id)).toMatchObject({
    booking: { brief: { recipientName: texts.recipient, caregiverPhone: texts.phone } },
  });
  await house.stage.moveClock(instantOn(plusDays(monday, 27)));
  await deliver(world, saskia, given);
  await settled(await client.as('fatima'), given.id);
  yes(await (await client.as('beheer')).order(billMonth, { month: Month.parse(monthOf(dayOf(given.span.from))) }));
  await deliver(world, saskia, justGiven);
  fatima = { ...family, given: given.id, past: past.id, justGiven: justGiven.id, coming: coming.id };
}, 60_000);
afterAll(async () => {
  await stop();
  await rm(folder, { recursive: true, force: true });
  await rm(oldKeys, { force: true });
}, 30_000);

const seesTexts = {
  household: { caregiver: { name: texts.caregiver, email: texts.email }, needProfile: texts.needProfile },
};
const nothing = {
  household: {
    caregiver: { accountId: null, name: null, phone: null, email: null, place: null },
    recipient: { name: null, birthYear: null, conditions: null, highRiskActs: null, careProfile: null, place: null },
    ...{ needProfile: null, contactPerson: { name: null } },
  },
};
const keptByLaw = ['DELIVERIES_AND_COSTS', 'INVOICES'];
let seen: string[];

test('what is known of people stands readable in no file, and who may read it can', async () => {
  expect(await household('fatima', fatima.householdId)).toMatchObject(seesTexts);
  expect(await purposeOf('nora', fatima.given)).toEqual({ booking: { status: 'DELIVERED', purpose: texts.purpose } });
  expect(await readable()).toEqual([]);
});

test('nobody forgets somebody else: the answer is that of a person who is not there', async () => {
  const stranger = await forget('jan', fatima.caregiverId);
  expect(stranger).toMatchObject({ accepted: false, rejection: { code: 'person-not-found' } });
  expect(await forget('jan', ids.next())).toEqual(stranger);
  for (const account of ['nora', 'els']) expect(await forget(account, fatima.recipientId)).toEqual(stranger);
  expect(await household('fatima', fatima.householdId)).toMatchObject(seesTexts);
});

test('an operator forgets caregiver and recipient, a caregiver herself; the books stay as they were', async () => {
  await settled(await client.as('fatima'), fatima.justGiven);
  const balance = await trialBalance();
  const keys = new DatabaseSync(join(folder, 'keys', 'keys.db'), { readOnly: true });
  await backup(keys, oldKeys);
  keys.close();
  const cancelledBookings = [Buffer.from(`Booking:${fatima.coming}`).toString('base64')];
  const caregiver = { personId: fatima.caregiverId, cancelledBookings, kept: keptByLaw };
  const key = ids.next();
  const first = await forget('beheer', fatima.caregiverId, key);
  expect(first).toMatchObject({ accepted: true, value: caregiver });
  expect(await forget('beheer', fatima.caregiverId, key)).toEqual(first);
  expect(await forget('beheer', fatima.caregiverId)).toMatchObject({ accepted: true, value: caregiver });
  const recipient = await forget('beheer', fatima.recipientId);
  expect(recipient).toMatchObject({ accepted: true, value: { personId: fatima.recipientId, kept: keptByLaw } });
  const own = await forget('els');
  expect(own).toMatchObject({ accepted: true, value: { personId: els.caregiverId, cancelledBookings: [] } });
  expect(await forget('els')).toEqual(own);
  expect(await trialBalance()).toEqual(balance);
});

test('then nobody sees them, and no file holds them', async () => {
  expect(await household('nora', fatima.householdId)).toEqual(nothing);
  expect(await household('nora', els.householdId)).toMatchObject({
    household: { caregiver: nothing.household.caregiver, recipient: { name: texts.otherRecipient }, needProfile: null },
  });
  for (const [account, family] of [
    ['fatima', fatima],
    ['els', els],
  ] as const) {
    expect(await household(account, family.householdId)).toEqual({ household: null });
  }
  expect(await purposeOf('nora', fatima.given)).toEqual({ booking: { status: 'DELIVERED', purpose: null } });
  expect(await purposeOf('nora', fatima.coming)).toEqual({ booking: { status: 'CANCELLED', purpose: null } });
  expect(await briefOf(fatima.past)).toEqual({
    booking: {
      status: 'CONFIRMED',
      brief: { recipientName: null, careProfile: null, caregiverPhone: null, conditions: null },
    },
  });
  expect(await readable()).toEqual([]);
});

test('care that was given before is still recorded and settled', async () => {
  const saskia = await client.as('bij-saskia');
  const booking = yes(
    await saskia.order(recordDelivery, { bookingId: fatima.past, deliveryId: ids.next(), quantity: 300 }),
  );
  expect(booking.status).toBe('DELIVERED');
  const claim = await settled(await client.as('beheer'), fatima.past);
  expect(claim).toMatchObject({ costCents: 69_00, fundingStatus: 'SPLIT' });
  expect(await trialBalance()).toMatchObject({ trialBalance: { balanced: true } });
  seen = await seeEverything(client);
});

test('stopped and started again it is the same', async () => {
  await stop();
  expect(await readable()).toEqual([]);
  await start();
  expect(await seeEverything(client)).toEqual(seen);
  expect(await readable()).toEqual([]);
});

test('and with read models made anew from the log', async () => {
  await stop();
  const readModels = (await readdir(folder, { recursive: true })).filter((name) => /-[0-9a-f]{12}\.db/.test(name));
  expect(readModels.length).toBeGreaterThanOrEqual(4);
  for (const name of readModels) await rm(join(folder, name));
  await start();
  expect(await seeEverything(client)).toEqual(seen);
  expect(await household('nora', fatima.householdId)).toEqual(nothing);
  expect(await readable()).toEqual([]);
});

test('and with the keys put back that a backup had', async () => {
  await stop();
  await copyFile(oldKeys, join(folder, 'keys', 'keys.db'));
  await start();
  expect(await seeEverything(client)).toEqual(seen);
  expect(await household('nora', fatima.householdId)).toEqual(nothing);
});

test('who was forgotten is not known again under the same sign-in', async () => {
  const again = await (await client.as('fatima')).order(registerHousehold, {
    householdId: ids.next(),
    caregiver: { name: 'Iemand', place: 'Rijswijk' },
    recipient: { name: 'Iemand anders', place: 'Delft', conditions: ['FRAILTY'] },
    ...{ relation: 'CHILD', careHoursPerWeek: 8 },
  });
  expect(again).toMatchObject({ accepted: false, rejection: { code: 'person-forgotten' } });
});
