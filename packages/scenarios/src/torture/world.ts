import { dayOf, type Instant, instantOn, plusDays, plusMonths } from '@adempauze/kernel';
import { z } from 'zod';
import { type NewHousehold, registerHousehold } from '../api/care.ts';
import { awardScheme, grantSchemeMandate, openBudget, publishScheme } from '../api/funding.ts';
import { registerHelper } from '../api/matching.ts';
import type { Span } from '../api/shapes.ts';
import {
  findNow,
  findViewer,
  type NewOffer,
  openResource,
  publishOffer,
  publishTimes,
  registerProvider,
} from '../api/supply.ts';
import { mutation } from '../graphql.ts';
import type { Ids } from '../ids.ts';
import type { Caller } from './caller.ts';

/** A time that can be asked for. Several callers ask for the same one. */
export type Slot = {
  readonly offerId: string;
  readonly resourceId: string | undefined;
  readonly span: Span;
  readonly placeOfService: 'RECIPIENT_HOME' | 'PROVIDER';
  /** Who accepts and delivers. */
  readonly provider: 'de-vliet' | 'bij-saskia' | 'duinroos' | 'carla';
};

export type Household = {
  readonly account: 'fatima' | 'jan' | 'els';
  readonly householdId: string;
  /** Who is cared for, and what they are called. */
  readonly recipientId: string;
  readonly recipientName: string;
};

/** Everything that the load works with. */
export type World = {
  readonly begin: Instant;
  readonly slots: Slot[];
  readonly households: Household[];
  readonly helperIds: readonly string[];
  readonly budgetId: string;
  readonly schemeId: string;
  /** Registers one more household, and awards it the scheme if asked. */
  addHousehold(awarded: boolean): Promise<void>;
};

export const daysAhead = 45;
const carers = ['fatima', 'jan', 'els'] as const;
const conditions = ['DEMENTIA', 'FRAILTY', 'PARKINSON', 'CHRONIC_ILLNESS'] as const;
const instantly = true;

const Person = z.object({ personId: z.string() });
const registerFamily = mutation<NewHousehold, z.ZodObject<{ recipient: typeof Person }>>(
  registerHousehold.name,
  'household',
  '{ recipient { personId } }',
  z.object({ recipient: Person }),
);
/** Every recipient has a name of their own, so that it is known again wherever it turns up. */
const recipientNameOf = (householdId: string): string => `Naaste Q${householdId.replaceAll('-', '')}`;

/** Supply, volunteers, a scheme whose cap fits three bookings, a budget, and the first households: all while it may die. */
export const buildWorld = async (caller: Caller, ids: Ids, workers: number): Promise<World> => {
  const begin = await caller.ask('fatima', findNow, {});
  const today = dayOf(begin);
  const days = Array.from({ length: daysAhead }, (_, index) => plusDays(today, index));
  const tariff = (priceCents: number) => ({ from: today, priceCents, vat: 'EXEMPT' as const });
  const order = async (...[command]: Parameters<Caller['order']>): Promise<void> => {
    const outcome = await caller.order(command);
    const isThere = outcome?.accepted === true || outcome?.rejection.code === 'already-exists';
    if (!isThere) throw new Error(`${command.operation} was refused: ${outcome?.rejection.code ?? 'no answer'}.`);
  };

  const register = async (
    account: Slot['provider'],
    kind: 'HOME_CARE' | 'SUPPLEMENTARY_CARE' | 'GUEST_HOUSE' | 'VOLUNTEER_ORGANISATION',
    place: string,
  ) => {
    const { organisation } = await caller.ask(account, findViewer, {});
    await order({
      ...{ account, operation: 'registerProvider', document: registerProvider, key: ids.next() },
      about: organisation ?? '',
      input: { kind, name: `Aanbieder ${account}`, place },
    });
  };
  const offer = async (
    account: Slot['provider'],
    more: Pick<NewOffer, 'form' | 'unit' | 'tariff' | 'instant' | 'place'> & Partial<NewOffer>,
  ) => {
    const offerId = ids.next();
    const input = {
      offerId,
      title: `Aanbod van ${account}`,
      travelKm: 60,
      conditionsServed: conditions,
      bearer: 'GUARANTEE' as const,
      ...more,
    };
    await order({ account, operation: 'publishOffer', document: publishOffer, key: ids.next(), about: offerId, input });
    return offerId;
  };
  const open = async (
    account: Slot['provider'],
    offerId: string,
    capacity: number,
    bufferMinutes: number,
    spans: readonly Span[],
  ) => {
    const resourceId = ids.next();
    const input = { resourceId, offerIds: [offerId], capacity, bufferMinutes };
    await order({
      account,
      operation: 'openResource',
      document: openResource,
      key: ids.next(),
      about: resourceId,
      input,
    });
    await order({
      account,
      operation: 'publishTimes',
      document: publishTimes,
      key: ids.next(),
      about: resourceId,
      input: { resourceId, spans },
    });
    return resourceId;
  };
  const at = (day: (typeof days)[number], from: string, until: string): Span => ({
    from: instantOn(day, from),
    until: instantOn(day, until),
  });
  const slots: Slot[] = [];

  const atHome = async (account: 'de-vliet' | 'bij-saskia', form: 'F01' | 'F05', instant: boolean) => {
    const offerId = await offer(account, {
      form,
      unit: 'HOUR',
      tariff: tariff(4000),
      instant,
      place: 'Rijswijk',
      minMinutes: 60,
      maxMinutes: 480,
    });
    const resourceId = await open(
      account,
      offerId,
      1,
      30,
      days.map((day) => at(day, '08:00', '20:00')),
    );
    for (const day of days) {
      for (const [from, until] of [
        ['08:00', '11:00'],
        ['10:00', '13:00'],
        ['13:30', '16:30'],
        ['17:00', '20:00'],
      ] as const)
        slots.push({
          offerId,
          resourceId,
          span: at(day, from, until),
          placeOfService: 'RECIPIENT_HOME',
          provider: account,
        });
    }
  };

  await register('de-vliet', 'HOME_CARE', 'Rijswijk');
  await register('bij-saskia', 'SUPPLEMENTARY_CARE', 'Rijswijk');
  await register('duinroos', 'GUEST_HOUSE', 'Noordwijk');
  await register('carla', 'VOLUNTEER_ORGANISATION', 'Delft');
  await Promise.all([
    ...Array.from({ length: workers }, () => atHome('de-vliet', 'F01', instantly)),
    ...Array.from({ length: Math.ceil(workers / 3) }, () => atHome('bij-saskia', 'F05', !instantly)),
  ]);

  const bedId = await offer('duinroos', {
    form: 'F12',
    unit: 'NIGHT',
    tariff: tariff(15_000),
    instant: instantly,
    place: 'Noordwijk',
    travelKm: 0,
  });
  const house = await open('duinroos', bedId, 3, 0, [
    { from: instantOn(today, '15:00'), until: instantOn(plusDays(today, daysAhead), '11:00') },
  ]);
  for (const day of days.slice(0, -4)) {
    for (const nights of [1, 2, 3])
      slots.push({
        offerId: bedId,
        resourceId: house,
        span: { from: instantOn(day, '15:00'), until: instantOn(plusDays(day, nights), '11:00') },
        placeOfService: 'PROVIDER',
        provider: 'duinroos',
      });
  }

  const sittingId = await offer('carla', {
    form: 'F06',
    unit: 'HOUR',
    tariff: { ...tariff(0), vat: 'OUTSIDE' },
    instant: false,
    needsHelper: true,
    place: 'Delft',
    minMinutes: 60,
    maxMinutes: 480,
  });
  for (const day of days) {
    for (const [from, until] of [
      ['10:00', '12:00'],
      ['14:00', '16:00'],
    ] as const)
      slots.push({
        offerId: sittingId,
        resourceId: undefined,
        span: at(day, from, until),
        placeOfService: 'RECIPIENT_HOME',
        provider: 'carla',
      });
  }
  const helperIds = Array.from({ length: 5 }, () => ids.next());
  for (const helperId of helperIds) {
    const availability = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: '09:00', until: '18:00' }));
    const input = { helperId, name: 'Vrijwilliger Proef', place: 'Delft', availability, maxHoursPerWeek: 12 };
    await order({
      account: 'carla',
      operation: 'registerHelper',
      document: registerHelper,
      key: ids.next(),
      about: helperId,
      input,
    });
  }

  const schemeId = ids.next();
  await order({
    ...{ account: 'rijswijk', operation: 'publishScheme', document: publishScheme, key: ids.next(), about: schemeId },
    input: {
      ...{ schemeId, name: 'Regeling op de proef', source: 'S01', validFrom: plusMonths(today, -1) },
      rules: {
        ...{ coveredForms: ['F01', 'F05'], countedForms: ['F01', 'F05'], capMultiplier: 9, periodMonths: 12 },
        ...{ contributionCentsPerMonth: 0, extendable: false },
      },
    },
  });
  const mandateId = ids.next();
  const { accountId } = await caller.ask('rijswijk', findViewer, {});
  const mandate = { mandateId, schemeId, accountId, holder: 'Loket Proef', from: today, until: plusMonths(today, 12) };
  await order({
    ...{ account: 'rijswijk', operation: 'grantSchemeMandate', document: grantSchemeMandate, key: ids.next() },
    ...{ about: mandateId, input: mandate },
  });
  const budgetId = ids.next();
  const holder = await caller.ask('anke', findViewer, {});
  await order({
    ...{ account: 'hillegom', operation: 'openBudget', document: openBudget, key: ids.next(), about: budgetId },
    input: {
      ...{ budgetId, holderAccountId: holder.accountId, name: 'Budget op de proef', amountCents: 1_000_000 },
      ...{ from: today, until: plusMonths(today, 12) },
    },
  });

  const households: Household[] = [];
  const addHousehold = async (awarded: boolean): Promise<void> => {
    const account = carers[households.length % carers.length] ?? 'fatima';
    const householdId = ids.next();
    const recipientName = recipientNameOf(householdId);
    const outcome = await caller.order({
      ...{ account, operation: 'registerHousehold', document: registerFamily, key: ids.next(), about: householdId },
      statusOf: () => 'REGISTERED',
      input: {
        ...{ householdId, relation: 'CHILD', careHoursPerWeek: 30, needProfile: 'Even op adem komen.' },
        caregiver: { name: 'Mantelzorger Proef', place: 'Rijswijk' },
        recipient: { name: recipientName, place: 'Rijswijk', conditions: ['FRAILTY'], careProfile: 'Rustig aan.' },
      },
    });
    if (!outcome?.accepted) return;
    if (awarded) {
      const input = { schemeId, householdId, startsOn: today, rateCents: 4000 };
      await order({
        account: 'rijswijk',
        operation: 'awardScheme',
        document: awardScheme,
        key: ids.next(),
        about: householdId,
        input,
      });
    }
    const recipientId = outcome.value.recipient.personId;
    households.push({ account, householdId, recipientId, recipientName });
  };
  for (let number = 0; number < 12 || households.length === 0; number += 1) await addHousehold(number % 3 === 0);

  return { begin, slots, households, helperIds, budgetId, schemeId, addHousehold };
};
