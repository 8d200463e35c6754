import { BookingsApi, InvoicingApi, MatchingApi, OffersApi, type Operations } from '@adempauze/contracts';
import { openTestStore } from '@adempauze/event-store/testing';
import { type CallContext, derivedId, Instant } from '@adempauze/kernel';
import { householdDesk } from './desk-household-commands.ts';
import { moneyDesk } from './desk-money-commands.ts';
import { offerDesk } from './desk-offers.ts';
import type { DeskCommand, DeskScene } from './desk-words.ts';
import { type Apis, type House, startHouses } from './houses.ts';
import { matchCommands } from './match-commands.ts';
import { planCommands } from './plan-commands.ts';
import { sceneOf } from './plan-words.ts';
import { resourceCommands } from './resource-commands.ts';
import { sceneAt } from './resource-scene.ts';

/** Commands that are in no race, and why not. */
export const notRaced: Readonly<Record<string, string>> = {};

const tables: Readonly<Record<keyof House, Operations>> = {
  ...{ offers: OffersApi.operations, bookings: BookingsApi.operations },
  ...{ matching: MatchingApi.operations, invoicing: InvoicingApi.operations },
};

/** Every command of every service, as `bookings.confirmBooking`. */
export const allCommands = (): string[] =>
  Object.entries(tables).flatMap(([service, operations]) =>
    Object.entries(operations)
      .filter(([, { kind }]) => kind === 'command')
      .map(([name]) => `${service}.${name}`),
  );

const begin = Instant.parse('2027-02-01T08:00:00Z');

/**
 * Which operations the shapes of the races ask for: each is sent once to a marketplace where nothing stands, so that most
 * are refused. What a scene needs before its race does not count.
 */
export const racedOperations = async (): Promise<ReadonlySet<string>> => {
  const asked = new Set<string>();
  const noting = <A extends object>(service: string, api: A): A =>
    new Proxy(api, {
      get(target, name, self) {
        asked.add(`${service}.${String(name)}`);
        return Reflect.get(target, name, self);
      },
    });
  const clock = () => begin;
  const store = await openTestStore({ clock });
  const houses = await startHouses(clock, store, [store]);
  const [plain] = houses.all;
  if (plain === undefined) throw new Error('One was started.');
  const house: House = {
    offers: { ...plain.offers, api: noting('offers', plain.offers.api) },
    bookings: { ...plain.bookings, api: noting('bookings', plain.bookings.api) },
    matching: { ...plain.matching, api: noting('matching', plain.matching.api) },
    invoicing: { ...plain.invoicing, api: noting('invoicing', plain.invoicing.api) },
  };
  const apis: Apis = {
    ...{ offers: house.offers.api, bookings: house.bookings.api },
    ...{ matching: house.matching.api, invoicing: house.invoicing.api },
  };
  let calls = 0;
  const newCall = (): CallContext => {
    calls += 1;
    const commandId = derivedId('stress trial', calls);
    return { commandId, correlationId: commandId, actor: 'stress' };
  };
  /** One whose scene is not set may find that something is missing; by then it has asked. */
  const tried = async (act: () => Promise<unknown>) => {
    await act().catch(() => undefined);
  };

  const world = { ...houses, replicas: { one: house, two: house }, sweep: async () => undefined };
  const planScene = sceneOf('0', world, { clock, newCall, pass: () => undefined, own: false });
  for (const { run } of [...planCommands, ...matchCommands]) await tried(() => run(planScene, 'one'));
  const resourceScene = sceneAt('0', begin, []);
  for (const { run } of resourceCommands) await tried(() => run(resourceScene, apis.offers, newCall()));
  const deskScene: DeskScene = {
    ...{ begun: begin, now: begin, id: (...words) => derivedId('stress trial', ...words), next: () => apis, newCall },
    ...{ rest: async () => undefined, passTo: () => undefined, addressOf: () => 'http://127.0.0.1:1/' },
  };
  const tryAll = async <Part extends string>(commands: readonly DeskCommand<Part>[]) => {
    for (const { run } of commands) await tried(() => run(deskScene, apis, newCall()));
  };
  await tryAll(householdDesk.commands);
  await tryAll(offerDesk.commands);
  await tryAll(moneyDesk.commands);
  await houses.close();
  return asked;
};
