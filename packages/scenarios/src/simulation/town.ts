import {
  AwardScheme,
  GrantSchemeMandate,
  OpenBudget,
  OpenPot,
  OpenResource,
  PublishOffer,
  PublishScheme,
  PublishTimes,
  RegisterHelper,
  RegisterHousehold,
  RegisterPolicy,
  RegisterProvider,
} from '@adempauze/contracts';
import { type Day, dayOf, type Instant, instantOn, type Outcome, plusDays, plusMonths } from '@adempauze/kernel';
import type { Random } from '../torture/random.ts';
import type { Caller, Command } from './caller.ts';

/* A small town in which everything is scarce, so that callers get in each other's way. */

export type Slot = {
  readonly offerId: string;
  readonly resourceId: string | undefined;
  readonly span: { readonly from: Instant; readonly until: Instant };
  readonly placeOfService: 'recipient-home' | 'provider';
};
export type Family = { readonly householdId: string; readonly caregiverId: string; readonly recipientId: string };

export type Town = {
  readonly slots: readonly Slot[];
  readonly families: Family[];
  readonly offerIds: readonly string[];
  readonly resources: readonly { readonly resourceId: string; readonly spans: readonly Slot['span'][] }[];
  readonly organisationId: string;
  readonly helperIds: readonly string[];
  readonly schemeIds: readonly string[];
  readonly budgetId: string;
  readonly firstDay: Day;
};

export const daysAhead = 18;
const rijswijk = { name: 'Rijswijk', municipality: '0603', point: { lat: 52.036, lon: 4.325 } };
const delft = { name: 'Delft', municipality: '0503', point: { lat: 52.011, lon: 4.357 } };
const conditions = ['dementia', 'frailty'] as const;
export const civilServant = 'account-loket';
export const decidedBy = { accountId: civilServant };

/** Registers one more family. Now and then the caregiver cares in another household too, or the need is one that nobody serves. */
export const welcomeFamily = async (caller: Caller, families: Family[], newId: () => string, random: Random) => {
  const known = families.length > 0 && random.chance(0.15) ? random.pick(families) : undefined;
  const family = { householdId: newId(), caregiverId: known?.caregiverId ?? newId(), recipientId: newId() };
  const person = { name: 'Mevrouw Voorbeeld', place: random.chance(0.8) ? rijswijk : delft };
  const input = RegisterHousehold.parse({
    householdId: family.householdId,
    caregiver: { ...person, personId: family.caregiverId, accountId: `account-${family.caregiverId}` },
    recipient: {
      ...person,
      personId: family.recipientId,
      conditions: [random.chance(0.95) ? random.pick(conditions) : 'autism'],
    },
    relation: 'parent',
    careHoursPerWeek: 20,
    contactPerson: { accountId: `account-${family.caregiverId}`, name: 'Mevrouw Voorbeeld' },
    registeredBy: { accountId: `account-${family.caregiverId}`, role: 'caregiver' },
  });
  const outcome = await caller.order({
    operation: 'registerHousehold',
    about: { householdId: family.householdId },
    send: ({ bookings }, context) => bookings.registerHousehold(input, context),
  });
  if (outcome?.accepted) families.push(family);
  return outcome?.accepted ? family : undefined;
};

export const awardTo = (schemeId: string, householdId: string, startsOn: Day): Command<unknown> => {
  const input = AwardScheme.parse({
    schemeId,
    householdId,
    startsOn,
    rateCents: 4000,
    decidedBy,
  });
  return {
    operation: 'awardScheme',
    about: { householdId, schemeId },
    send: ({ invoicing }, context) => invoicing.awardScheme(input, context),
  };
};

export const insure = (policyId: string, householdId: string, from: Day): Command<unknown> => {
  const shares = [
    { form: 'F12', percent: 60 },
    { form: 'F05', percent: 33 },
  ];
  const until = plusMonths(from, 12);
  const input = RegisterPolicy.parse({ policyId, householdId, insurerId: 'insurer-1', shares, from, until });
  return {
    operation: 'registerPolicy',
    about: { householdId },
    send: ({ invoicing }, context) => invoicing.registerPolicy(input, context),
  };
};

/** Everything that is there before anybody asks for anything. Faults are off. */
export const buildTown = async (caller: Caller, newId: () => string, random: Random, now: Instant): Promise<Town> => {
  const firstDay = dayOf(now);
  const days = Array.from({ length: daysAhead }, (_, index) => plusDays(firstDay, index));
  const must = async <V>(answer: Promise<Outcome<V> | undefined>): Promise<V> => {
    const outcome = await answer;
    if (outcome?.accepted) return outcome.value;
    throw new Error(`The town could not be built: ${outcome?.rejection.code ?? 'no answer'}.`);
  };
  const order = <V>(operation: string, send: Command<V>['send']) => must(caller.order({ operation, about: {}, send }));
  const span = (day: Day, from: string, until: string, untilDay = day) => ({
    from: instantOn(day, from),
    until: instantOn(untilDay, until),
  });

  const provider = async (kind: RegisterProvider['kind']) => {
    const input = RegisterProvider.parse({ providerId: newId(), kind, name: `Aanbieder ${kind}`, place: rijswijk });
    await order('registerProvider', ({ offers }, context) => offers.registerProvider(input, context));
    return input.providerId;
  };
  const offerIds: string[] = [];
  const offer = async (providerId: string, form: string, unit: string, priceCents: number, more: object) => {
    const input = PublishOffer.parse({
      ...{ offerId: newId(), providerId, form, unit, title: `Aanbod ${form}`, place: rijswijk, travelKm: 40 },
      ...{ conditionsServed: conditions, tariff: { from: firstDay, priceCents, vat: 'exempt' }, bearer: 'guarantee' },
      instant: true,
      ...more,
    });
    await order('publishOffer', ({ offers }, context) => offers.publishOffer(input, context));
    offerIds.push(input.offerId);
    return input.offerId;
  };
  const resources: Town['resources'][number][] = [];
  const resource = async (
    providerId: string,
    servedIds: string[],
    capacity: number,
    bufferMinutes: number,
    spans: Slot['span'][],
  ) => {
    const open = OpenResource.parse({ resourceId: newId(), providerId, offerIds: servedIds, capacity, bufferMinutes });
    await order('openResource', ({ offers }, context) => offers.openResource(open, context));
    const { resourceId } = open;
    const times = PublishTimes.parse({ resourceId, spans });
    await order('publishTimes', ({ offers }, context) => offers.publishTimes(times, context));
    resources.push({ resourceId, spans });
    return resourceId;
  };

  const slots: Slot[] = [];
  const blocks = [
    ['08:00', '11:00'],
    ['10:00', '14:00'],
    ['14:00', '16:15'],
    ['16:00', '20:00'],
    ['22:30', '02:30'],
    ['01:00', '04:00'],
  ] as const;
  const byTheHour = (ids: readonly string[], resourceId: string) => {
    for (const day of days) {
      for (const [from, until] of blocks) {
        for (const offerId of ids) {
          const untilDay = until < from ? plusDays(day, 1) : day;
          slots.push({ offerId, resourceId, span: span(day, from, until, untilDay), placeOfService: 'recipient-home' });
        }
      }
    }
  };
  const always = [span(firstDay, '00:00', '00:00', plusDays(firstDay, daysAhead + 1))];
  const inDays = days.map((day) => span(day, '07:00', '21:00'));

  const homeCare = await provider('home-care');
  const instantId = await offer(homeCare, 'F01', 'hour', 4000, { minMinutes: 60, maxMinutes: 480 });
  const ownId = await offer(homeCare, 'F03', 'hour', 5255, { bearer: 'own' });
  byTheHour([instantId, ownId], await resource(homeCare, [instantId, ownId], 1, 30, always));
  byTheHour([instantId], await resource(homeCare, [instantId], 1, 0, inDays));
  const asked = await provider('supplementary-care');
  const askedId = await offer(asked, 'F05', 'hour', 3333, { instant: false, bearer: 'own' });
  const presentId = await offer(asked, 'F02', 'part-day', 9000, { instant: false });
  byTheHour([askedId, presentId], await resource(asked, [askedId, presentId], 2, 15, always));
  const house = await provider('guest-house');
  const bedId = await offer(house, 'F12', 'night', 15_000, { bearer: 'own', travelKm: 0 });
  const bedAskedId = await offer(house, 'F11', 'night', 12_345, { instant: false, travelKm: 0 });
  const beds = await resource(house, [bedId, bedAskedId], 2, 60, always);
  for (const day of days.slice(0, -4)) {
    for (const nights of [1, 2, 4]) {
      for (const offerId of [bedId, bedAskedId]) {
        const stay = span(day, '15:00', '11:00', plusDays(day, nights));
        slots.push({ offerId, resourceId: beds, span: stay, placeOfService: 'provider' });
      }
    }
  }

  const organisationId = await provider('volunteer-organisation');
  const sittingId = await offer(organisationId, 'F06', 'hour', 0, { instant: false, needsHelper: true });
  const sitting = days.flatMap((day) => blocks.slice(0, 4).map(([from, until]) => span(day, from, until)));
  for (const it of sitting) {
    for (let often = 0; often < 2; often += 1)
      slots.push({ offerId: sittingId, resourceId: undefined, span: it, placeOfService: 'recipient-home' });
  }
  const helperIds = await Promise.all(
    [5, 9, 40].map(async (maxHoursPerWeek) => {
      const availability = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: '08:00', until: '22:00' }));
      const input = RegisterHelper.parse({
        ...{ helperId: newId(), organisationId, name: 'Meneer Voorbeeld', place: delft, availability, maxHoursPerWeek },
      });
      await order('registerHelper', ({ matching }, context) => matching.registerHelper(input, context));
      return input.helperId;
    }),
  );

  const scheme = async (source: string, rules: object) => {
    const schemeId = newId();
    const input = PublishScheme.parse({
      ...{ schemeId, name: `Regeling ${source}`, municipality: '0603', source, validFrom: plusMonths(firstDay, -2) },
      rules: { periodMonths: 6, contributionCentsPerMonth: 0, extendable: true, ...rules },
    });
    await order('publishScheme', ({ invoicing }, context) => invoicing.publishScheme(input, context));
    const mandate = GrantSchemeMandate.parse({
      ...{ mandateId: newId(), schemeId, accountId: civilServant, holder: 'Loket' },
      ...{ from: plusMonths(firstDay, -2), until: plusMonths(firstDay, 12) },
    });
    await order('grantSchemeMandate', ({ invoicing }, context) => invoicing.grantSchemeMandate(mandate, context));
    return schemeId;
  };
  const schemeIds = [
    await scheme('S01', {
      ...{ coveredForms: ['F01', 'F03', 'F05', 'F12'], countedForms: ['F01', 'F03', 'F12'] },
      ...{ cap: { kind: 'money', multiplier: 7 }, contributionCentsPerMonth: 2140 },
    }),
    await scheme('S02', {
      ...{ coveredForms: ['F01', 'F02', 'F05'], countedForms: ['F01', 'F02', 'F05'] },
      ...{ cap: { kind: 'hours', hours: 14 }, maxHoursPerWeek: 6, serviceArea: ['0603'] },
    }),
  ];
  const pot = OpenPot.parse({ potId: newId(), name: 'Potje', municipalities: ['0603'], amountCents: 100_000 });
  await order('openPot', ({ invoicing }, context) => invoicing.openPot(pot, context));
  const budget = OpenBudget.parse({
    ...{ budgetId: newId(), municipality: '0603', holderAccountId: civilServant, name: 'Vrij budget' },
    ...{ amountCents: 50_000, from: firstDay, until: plusMonths(firstDay, 3) },
  });
  await order('openBudget', ({ invoicing }, context) => invoicing.openBudget(budget, context));

  const families: Family[] = [];
  for (let count = 0; count < 6; count += 1) {
    const family = await welcomeFamily(caller, families, newId, random);
    if (family === undefined) throw new Error('The town could not be built: a family stayed away.');
    const { householdId } = family;
    if (count % 3 !== 2) await must(caller.order(awardTo(schemeIds[0] ?? '', householdId, firstDay)));
    if (count % 3 !== 0) await must(caller.order(awardTo(schemeIds[1] ?? '', householdId, firstDay)));
    if (count % 2 === 0) await must(caller.order(insure(newId(), householdId, firstDay)));
  }
  const { budgetId } = budget;
  return { slots, families, offerIds, resources, organisationId, helperIds, schemeIds, budgetId, firstDay };
};
