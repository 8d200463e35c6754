import { FormId, mostForms, SearchOffers, SeekRespite } from '@adempauze/contracts';
import { expect, test } from '@jest/globals';
import { rijswijk, searchOffers } from '../examples.fixtures.ts';
import { formBits, formsOf } from './suit.ts';

/* A form is a row of data: search has room for those that come. */

test('each form has a bit of its own among those of its kind', () => {
  for (const kind of ['home', 'away'] as const) {
    const forms = formsOf(kind);
    const bits = forms.map((form) => formBits([form], kind));
    expect(new Set(bits).size).toBe(forms.length);
    expect(bits.every((it) => it !== 0)).toBe(true);
    expect(formBits(FormId.options, kind)).toBe(formBits(forms, kind));
    expect(formBits(formsOf(kind === 'home' ? 'away' : 'home'), kind)).toBe(0);
  }
});

test('every form there is can be named at once, and so can those that come', () => {
  const forms = Array.from({ length: mostForms }, (_, i) => FormId.options[i % FormId.options.length]);
  expect(SearchOffers.parse({ ...searchOffers(), forms }).forms).toEqual(forms);
  const seek = { near: rijswijk.point, when: { kind: 'now' }, forms };
  expect(SeekRespite.parse(seek).forms).toEqual(forms);
});
