import { CareWishes, SeekRespite, type Sought } from '@adempauze/contracts';
import { expect, test } from '@jest/globals';
import { seekWished, wishedBy } from './seek-wishes.ts';

const wishes = CareWishes.parse({ cultures: ['moroccan'], womanPreferred: true });
const input = SeekRespite.parse({ near: { lat: 52, lon: 4 }, when: { kind: 'now' }, first: 3 });
type Option = Sought['options'][number];
const option = (offerId: string, atHome: boolean): Option =>
  ({ hit: { atHome, offer: { offerId } }, reasons: [], datesFit: null }) as unknown as Option;
const sought = (options: readonly Option[]): Sought => ({
  ...{ options: [...options], beside: [], misfits: [], nothingFound: null, alternatives: null },
});

test('language, culture and a woman are known from the household; Dutch is no wish (R26, R53)', () => {
  expect(wishedBy({ languages: ['ar', 'nl'], wishes })).toEqual({
    ...{ language: 'ar', culture: 'moroccan', womanOnRequest: true },
  });
  expect(wishedBy({ languages: ['nl', 'ar'], wishes: null })).toEqual({});
});
test('what meets the wish comes first, the rest stays, and at home goes before away (R13)', async () => {
  const asked: SeekRespite[] = [];
  const seekRespite = async (it: SeekRespite) => {
    asked.push(it);
    return it.language === 'ar'
      ? sought([option('wished-away', false)])
      : sought([option('home', true), option('other-away', false), option('wished-away', false), option('far', false)]);
  };
  const { options } = await seekWished({ seekRespite }, input, { language: 'ar' });
  expect(options.map(({ hit }) => hit.offer.offerId)).toEqual(['home', 'wished-away', 'other-away']);
  expect(asked).toHaveLength(2);
});
test('what the caller said themselves counts, and is asked once', async () => {
  let count = 0;
  const seekRespite = async (it: SeekRespite) => {
    count += 1;
    expect(it.language).toBe('tr');
    return sought([]);
  };
  await seekWished({ seekRespite }, { ...input, language: 'tr' }, { language: 'ar' });
  await seekWished({ seekRespite }, { ...input, language: 'tr' }, {});
  expect(count).toBe(2);
});
