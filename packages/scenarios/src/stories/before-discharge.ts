import { dayOf, mondayOf, plusDays, wallTimeOf } from '@adempauze/kernel';
import {
  activateBackup,
  confirmArrangement,
  findArrangement,
  findCircle,
  nameBackups,
  noteNetwork,
  planArrangement,
} from '../api/arrangements.ts';
import { cancelBooking, registerHousehold } from '../api/care.ts';
import { findSeries, listTasks } from '../api/plans.ts';
import { listSignals, signalCaregiver, takeUpSignal } from '../api/proposals.ts';
import { findNow, findRespite, findViewer } from '../api/supply.ts';
import { hours, open, providerOf, publish, type Supply, yes } from '../cast.ts';
import { moment } from '../moment.ts';
import { equals, holds } from '../story-error.ts';
import { waitUntil } from '../wait-until.ts';
import type { Story, World } from '../world.ts';

const weeks = 12;

/**
 * A05: a working wife; her husband leaves rehabilitation in three weeks. Before he is home three providers are under one
 * arrangement, somebody stands by for the evenings, and her employer knows nothing.
 */
export const beforeDischarge: Story = {
  id: 'A05',
  title: { nl: 'Alles geregeld voordat hij thuiskomt', en: 'All arranged before he comes home' },
  async play(world) {
    const nora = await world.as('nora');
    const discharge = plusDays(mondayOf(dayOf(await nora.ask(findNow, {}))), 22);
    const thursday = plusDays(discharge, 2);
    const last = plusDays(discharge, 7 * (weeks - 1) + 6);
    const supply = await supplyOf(world, discharge);
    const { accountId } = await nora.ask(findViewer, {});
    const householdId = world.ids.next();
    const wife = { name: 'De vrouw in dit verhaal', place: 'Rijswijk', phone: '0612345678' };
    const organisation = 'Transferpunt';
    const signalId = world.ids.next();
    const mine = await world.step(
      'nora',
      {
        nl: 'meldt dat de partner over drie weken uit de revalidatie komt, en is het vaste aanspreekpunt',
        en: 'signals that the partner leaves rehabilitation in three weeks, and is the one contact person',
      },
      async () => {
        const sent = await nora.order(signalCaregiver, {
          ...{ signalId, caregiver: wife, consents: ['CAREGIVER'], source: 'HOSPITAL' },
          ...{ note: 'Haar man komt over drie weken thuis.', contactPerson: { accountId, organisation } },
        });
        equals(yes(sent).status, 'SIGNALLED', { nl: 'Het signaal', en: 'The signal' });
        const { signals } = await nora.ask(listSignals, { waitFor: sent.accepted ? sent.position : null });
        return signals.find((it) => it.signalId === signalId);
      },
      (it) => {
        const due = it && moment(it.dueAt);
        return { nl: `contact vóór ${due?.nl}`, en: `in touch before ${due?.en}` };
      },
    );
    equals([mine?.caregiver.name, mine?.overdue], [wife.name, false], {
      nl: 'Wat het aanspreekpunt van het signaal ziet',
      en: 'What the contact person sees of the signal',
    });
    await world.step(
      'nora',
      { nl: 'belt, en schrijft het verhaal één keer op', en: 'calls, and writes the story down once' },
      async () => {
        yes(
          await nora.order(registerHousehold, {
            ...{ householdId, caregiver: wife },
            recipient: { name: 'Haar man', place: 'Rijswijk', conditions: ['ACQUIRED_BRAIN_INJURY'] },
            ...{ relation: 'PARTNER', careHoursPerWeek: 30, needProfile: 'Blijven werken.' },
            contactPerson: { accountId, name: 'Nora', organisation },
          }),
        );
        return yes(await nora.order(takeUpSignal, { signalId, householdId }));
      },
      ({ status }) => ({
        nl: status === 'TAKEN_UP' ? 'het signaal is opgepakt' : status,
        en: status === 'TAKEN_UP' ? 'the signal is taken up' : status,
      }),
    );
    const evenings = await world.step(
      'nora',
      {
        nl: 'zoekt elke donderdagavond iemand van 19.00 tot 22.00 uur',
        en: 'looks for every Thursday from 19:00 to 22:00',
      },
      () =>
        nora.ask(findRespite, {
          ...{ household: householdId, when: { evening: thursday }, minutes: 180, forms: ['F03'] },
          ...{ repeat: { times: weeks }, first: 50 },
        }),
      (it) => ({ nl: `${it?.options.length} gevonden`, en: `${it?.options.length} found` }),
    );
    const option = evenings?.options.find(({ hit }) => hit.offer.id === supply.evening.offerId);
    equals(option?.datesFit?.fits, weeks, { nl: 'De avonden die kunnen', en: 'The evenings that fit' });
    holds(
      !evenings?.options.some(({ hit }) => hit.offer.id === supply.morning),
      'Zorg overdag staat tussen de avonden.',
      'Care by day is among the evenings.',
    );

    const arrangementId = world.ids.next();
    const [help, evening, broker] = [world.ids.next(), world.ids.next(), world.ids.next()];
    const weekly = { from: discharge, until: last } as const;
    await world.step(
      'nora',
      {
        nl: 'vraagt in één keer drie uur hulp in huis per week, de donderdagavonden en hulp bij regelen',
        en: 'asks for three hours of household help a week, the Thursday evenings and help with arranging, at once',
      },
      async () =>
        yes(
          await nora.order(planArrangement, {
            ...{ arrangementId, householdId, purpose: 'Blijven werken.' },
            parts: [
              {
                ...{ partId: help, kind: 'SERIES', ...supply.help, placeOfService: 'CAREGIVER_HOME' },
                rule: { ...weekly, startsAt: '09:00', endsAt: '12:00', weekdays: [2] },
              },
              {
                ...{ partId: evening, kind: 'SERIES', ...supply.evening, placeOfService: 'RECIPIENT_HOME' },
                rule: { ...weekly, startsAt: '19:00', endsAt: '22:00', weekdays: [4] },
              },
              {
                ...{ partId: broker, kind: 'BOOKING', ...supply.broker, placeOfService: 'CAREGIVER_HOME' },
                span: hours(plusDays(discharge, -4), '10:00', 2),
              },
            ],
          }),
        ),
      ({ parts }) => ({
        nl: `${parts.length} onderdelen staan vast; nu is het woord aan haar`,
        en: `${parts.length} parts are held; now it is up to her`,
      }),
    );
    const agreed = await world.step(
      'nora',
      {
        nl: 'hoort aan de telefoon ja, en bevestigt alles in één keer',
        en: 'hears yes on the phone, and confirms it all at once',
      },
      async () => yes(await nora.order(confirmArrangement, { arrangementId })),
      ({ parts }) => ({
        nl: parts.map(({ provider }) => provider?.name).join(', '),
        en: parts.map(({ provider }) => provider?.name).join(', '),
      }),
    );
    equals(
      agreed.parts.map(({ form, status }) => `${form.id} ${status}`),
      ['F19 AGREED', 'F03 AGREED', 'F22 AGREED'],
      { nl: 'Wat is afgesproken', en: 'What is agreed' },
    );
    equals(new Set(agreed.parts.map(({ provider }) => provider?.name)).size, 3, {
      nl: 'Het aantal aanbieders',
      en: 'The number of providers',
    });
    const now = await nora.ask(findNow, {});
    holds(dayOf(now) < discharge, 'Hij is al thuis.', 'He is home already.');
    const series = await nora.ask(findSeries, { id: agreed.parts[1]?.ref ?? '' });
    equals(
      [...new Set(series?.dates.map(({ span }) => `${wallTimeOf(span.from)}-${wallTimeOf(span.until)}`))],
      ['19:00-22:00'],
      { nl: 'De avonden', en: 'The evenings' },
    );

    const stranger = await world.as('els');
    const provider = await world.as('de-vliet');
    equals(
      [
        await stranger.ask(findArrangement, { id: arrangementId }),
        await provider.ask(findArrangement, { id: arrangementId }),
      ],
      [null, null],
      { nl: 'Wat een ander van het plan ziet', en: 'What somebody else sees of the plan' },
    );
    const circle = await nora.ask(findCircle, { id: householdId });
    equals(circle?.contactPerson.accountId, accountId, { nl: 'Het vaste aanspreekpunt', en: 'The one contact person' });
    await standBy(world, householdId, supply, series?.dates[1]?.bookingId ?? '');
  },
};

/** R23: few people around, so a backup is asked for and named; when an evening drops out it comes in one action. */
const standBy = async (
  world: World,
  householdId: string,
  { backup }: { readonly backup: Supply },
  bookingId: string,
): Promise<void> => {
  const nora = await world.as('nora');
  yes(await nora.order(noteNetwork, { householdId, smallNetwork: true }));
  const kinds = async () =>
    (await nora.ask(listTasks, { household: householdId }))?.tasks.map(({ kind }) => kind) ?? [];
  const tasks = await waitUntil(kinds, (found) => found.length > 0, {
    nl: 'Nora krijgt een taak',
    en: 'Nora gets a task',
  });
  equals(tasks, ['NAME_BACKUP'], { nl: 'De taken van Nora', en: 'The tasks of Nora' });
  await world.step(
    'nora',
    {
      nl: 'spreekt een achterwacht af, want er is weinig familie',
      en: 'agrees on a backup, as there is little family',
    },
    async () =>
      yes(await nora.order(nameBackups, { householdId, backups: [{ ...backup, placeOfService: 'RECIPIENT_HOME' }] })),
    ({ backups }) => ({ nl: `${backups[0]?.provider?.name}`, en: `${backups[0]?.provider?.name}` }),
  );
  await waitUntil(kinds, (found) => found.length === 0, { nl: 'De taak is klaar', en: 'The task is done' });
  const saskia = await world.as('bij-saskia');
  yes(await saskia.order(cancelBooking, { bookingId }));
  const called = await world.step(
    'nora',
    {
      nl: 'roept de achterwacht op voor de avond die uitviel',
      en: 'calls the backup for the evening that dropped out',
    },
    async () =>
      yes(await nora.order(activateBackup, { activationId: world.ids.next(), householdId, bookingIds: [bookingId] })),
    ({ dates }) => ({ nl: `${dates[0]?.provider?.name} komt`, en: `${dates[0]?.provider?.name} comes` }),
  );
  equals(
    called.dates.map(({ status, bookingStatus }) => `${status} ${bookingStatus}`),
    ['FOUND CONFIRMED'],
    { nl: 'De achterwacht', en: 'The backup' },
  );
};

/** Household help, evening care, a broker, and somebody who stands by; and one who comes by day only. */
const supplyOf = async (world: World, discharge: ReturnType<typeof dayOf>) => {
  const word = world.ids.next().slice(0, 8);
  const each = (from: string, count: number) =>
    Array.from({ length: 7 * weeks + 7 }, (_, day) => hours(plusDays(discharge, day - 6), from, count));
  const shared = { place: 'Rijswijk', bearer: 'GUARANTEE', conditionsServed: ['ACQUIRED_BRAIN_INJURY'] } as const;
  const at = async (
    account: 'de-vliet' | 'bij-saskia' | 'carla',
    offer: { form: 'F19' | 'F03' | 'F22' | 'F25'; title: string; priceCents: number },
    spans: ReturnType<typeof each>,
  ): Promise<Supply> => {
    const session = await providerOf(world, account);
    const offerId = await publish(world, session, { ...shared, ...offer, title: `${offer.title} (${word})` });
    return { offerId, resourceId: await open(world, session, [offerId], spans) };
  };
  const day = each('09:00', 4);
  const night = each('18:00', 5);
  return {
    help: await at('de-vliet', { form: 'F19', title: 'Hulp in huis', priceCents: 33_00 }, day),
    evening: await at('bij-saskia', { form: 'F03', title: 'Zorg in de avond', priceCents: 41_00 }, night),
    morning: (await at('de-vliet', { form: 'F03', title: 'Zorg overdag', priceCents: 41_00 }, day)).offerId,
    broker: await at('carla', { form: 'F22', title: 'Hulp bij regelen', priceCents: 0 }, day),
    backup: await at('carla', { form: 'F25', title: 'Achterwacht', priceCents: 0 }, night),
  };
};
