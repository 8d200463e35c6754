import type { OnBehalfView, RegisterHousehold } from '@adempauze/contracts';
import type { CallContext, Outcome } from '@adempauze/kernel';
import { fatima, householdIdOf } from '../examples.fixtures.ts';
import { openWorld, type World } from '../trial-world.fixtures.ts';

export const householdId = householdIdOf('fatima');
export const nora = 'account-nora';
export const by = 'account-fatima';

export const as = (world: World, actor: string): CallContext => ({ ...world.call(), actor });
export const accepted = <V>(outcome: Outcome<V>): V => {
  if (outcome.accepted) return outcome.value;
  throw new Error(`It was refused: ${outcome.rejection.code}.`);
};

const worlds: World[] = [];
/** With a household that was registered by a professional, who has a mandate since. */
export const openWithMandate = async (recipient: Partial<RegisterHousehold['recipient']> = {}): Promise<World> => {
  const world = await openWorld();
  worlds.push(world);
  const household = fatima('fatima', { registeredBy: { accountId: nora, role: 'professional' } });
  const registered = { ...household, recipient: { ...household.recipient, ...recipient } };
  accepted(await world.api.registerHousehold(registered, as(world, nora)));
  return world;
};
export const endWorlds = async (): Promise<void> => {
  for (const world of worlds.splice(0)) await world.close();
};

export const list = async (world: World): Promise<OnBehalfView[]> => {
  await world.settled();
  return world.api.listOnBehalf({ householdId });
};
