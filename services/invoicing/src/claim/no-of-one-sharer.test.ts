import type { Payer } from '@adempauze/contracts';
import { expect, test } from '@jest/globals';
import { at, byMunicipality, insurer, rijswijk, sharingOf } from '../invoicing.fixtures.ts';
import type { ClaimCommand } from './claim.decider.ts';
import { declined, last, municipality, now, open, play } from './division.fixtures.ts';

/* Two agreements to share, of two insurers with one municipality: who said no to the one never leaves the other with nothing. */

const second = { kind: 'insurer', id: 'insurer-2' } as const;
const agreement = (name: string, insurerId: string, insurerPercent: number, since = '2027-04-01T10:00:00Z') => ({
  ...{ costSharingId: sharingOf(name).costSharingId, municipality: rijswijk },
  ...{ insurerId, insurerPercent, since: at(since) },
});
const shared = (since?: string) => ({
  costCents: 9900,
  sharings: [agreement('aa', insurer.id, 50), agreement('bb', second.id, 40, since)],
});
const decline = (payer: Payer): ClaimCommand => ({
  ...{ type: 'DeclineFunding', data: { payer, reason: 'not-covered' }, now },
});
const sharesOf = (...commands: readonly ClaimCommand[]) =>
  last(play(...commands)).lines.map(({ payer, amountCents }) => [payer.id, amountCents]);

test('who agreed and never said no keeps its part when the municipality says no too', () => {
  const commands = [open(shared()), decline(insurer)];
  expect(sharesOf(...commands)).toEqual([
    [second.id, 3960],
    [rijswijk, 5940],
  ]);
  const halves = [
    [second.id, 3960],
    ['default', 5940],
  ];
  expect(sharesOf(...commands, decline(municipality))).toEqual(halves);
  expect(sharesOf(open(shared()), decline(municipality), decline(insurer))).toEqual(halves);
  expect(sharesOf(...commands, decline(municipality), decline(second))).toEqual([['default', 9900]]);
});

test('a municipality bears what its insurer gives up, whichever agreement it said no to before', () => {
  const [before, since] = [at('2027-04-02T10:00:00Z'), '2027-04-03T10:00:00Z'];
  const noBefore = { ...declined(byMunicipality(rijswijk)), declinedAt: before };
  const opened = open({ ...shared(since), declines: [noBefore] });
  expect(sharesOf(opened)).toEqual([
    [second.id, 3960],
    [rijswijk, 5940],
  ]);
  expect(sharesOf(opened, decline(second))).toEqual([[rijswijk, 9900]]);
  expect(sharesOf(opened, decline(second), decline(insurer))).toEqual([[rijswijk, 9900]]);
  expect(sharesOf(opened, decline(second), decline(municipality))).toEqual([
    [insurer.id, 4950],
    ['default', 4950],
  ]);
});
