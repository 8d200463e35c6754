import { parseArgs } from 'node:util';
import { householdDesk } from './desk-household-commands.ts';
import { moneyDesk } from './desk-money-commands.ts';
import { offerDesk } from './desk-offers.ts';
import { raceDesk } from './race-desks.ts';
import { racePlans } from './race-plans.ts';
import { type Raced, raceResource } from './race-resource.ts';

/*
 * `npm run races:pairs [-- --rounds 10 --seed 1 --only resource|plans|households|offers|money --name "confirm"]`: every command against every
 * other through two replicas over one log, and the log replayed by checks that know nothing of the deciders. Each round
 * goes by a seed of its own. Fails when anything is wrong.
 */

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    /** Only pairs with a command of this name. */
    name: { type: 'string' },
  },
});

type Named = { readonly name: string };
type Race = (options: { seed: number; keep: (pair: readonly [Named, Named]) => boolean }) => Promise<Raced>;
const kinds: Readonly<Record<string, Race>> = {
  ...{ resource: raceResource, plans: racePlans },
  households: (options) => raceDesk(householdDesk, options),
  offers: (options) => raceDesk(offerDesk, options),
  money: (options) => raceDesk(moneyDesk, options),
};
const keep = ([a, b]: readonly [Named, Named]): boolean =>
  values.name === undefined || a.name === values.name || b.name === values.name;

const report = (kind: string, seed: number, ms: number, { pairs, met, lost, refused, violations }: Raced) => {
  const took = `${(ms / 1000).toFixed(1)} s`;
  console.log(`${kind}, seed ${seed}: ${pairs} pairs, ${met} met, ${lost} decided again, ${took}`);
  console.log(violations.length === 0 ? '  ✓ nothing wrong' : `  ✗ ${violations.length} wrong`);
  if (refused.length > 0) console.log(`  never told yes: ${refused.join('; ')}`);
  for (const it of violations.slice(0, 20)) console.log(`  ✗ ${it}`);
};

// Some waits let a process end that has nothing else to do.
const awake = setInterval(() => {}, 60_000);
let wrong = 0;
for (let round = 0; round < Number(values.rounds); round += 1) {
  const seed = Number(values.seed) + round;
  for (const [kind, race] of Object.entries(kinds)) {
    if (values.only !== undefined && values.only !== kind) continue;
    const beganAt = performance.now();
    const raced = await race({ seed, keep });
    wrong += raced.violations.length;
    report(kind, seed, performance.now() - beganAt, raced);
  }
}
clearInterval(awake);
process.exitCode = wrong === 0 ? 0 : 1;
