import type { ChangeOffer, FormId } from '@adempauze/contracts';
import { type Day, plusDays } from '@adempauze/kernel';
import type { DemonstrationProvider } from './providers.ts';

type Facts = ChangeOffer['changes'];

const byForm: Partial<Record<FormId, Facts>> = {
  // S47: nationwide, at least three days and two nights.
  F04: { nationwide: true, minNights: 2, maxNights: 21, leadTimeMinutes: 7 * 24 * 60 },
  F05: { womanOnRequest: true },
  F11: { acclimatisation: [{ step: 'visit' }, { step: 'night' }] },
  F12: { acclimatisation: [{ step: 'visit' }, { step: 'part-day', priceCents: 52_00 }, { step: 'night' }] },
  F14: { acclimatisation: [{ step: 'visit' }], maxNights: 3 },
  F16: { acclimatisation: [], maxNights: 14 },
  F17: { activities: ['outdoors', 'animals', 'creative'], transport: 'arranged' },
  F18: { caregiverJoins: 'optional', activities: ['games', 'music'] },
  F20: { caregiverJoins: 'optional', activities: ['music', 'theatre', 'outings'] },
  F24: { transport: 'included', leadTimeMinutes: 24 * 60 },
  F28: { caregiverJoins: 'optional', activities: ['sport', 'games'] },
  F30: { caregiverJoins: 'always' },
};

const byProvider: Readonly<Record<string, Facts>> = {
  duinroos: {
    labels: [{ kind: 'quality', name: 'Keurmerk kleine logeerhuizen' }],
    activities: ['outdoors', 'cooking'],
  },
  'tuin-van-toos': { exclusions: ['wandering'], activities: ['outdoors', 'animals'] },
  zilverzand: { exclusions: ['smoking'] },
  waterlelie: { exclusions: ['pets'] },
  weidezicht: { labels: [{ kind: 'pilot', name: 'Proef logeerzorg Rijn en Veen' }] },
  'atelier-zes': { activities: ['creative', 'woodwork', 'music'] },
  'groene-kamer': { activities: ['intellectual', 'games'] },
};

/** What an offer of the demonstration says beside the basics: chosen by form and provider, the same at every start. */
export const factsFor = ({ key, kind }: DemonstrationProvider, form: FormId, number: number, today: Day): Facts => ({
  ...byForm[form],
  ...byProvider[key],
  ...(number % 5 === 2 ? { cultures: ['moroccan', 'islamic'] as const satisfies Facts['cultures'] } : {}),
  ...(number % 5 === 4 ? { cultures: ['turkish', 'islamic'] as const satisfies Facts['cultures'] } : {}),
  // Every second sitter may do it for another year; the others have no certificate (A03).
  ...(kind === 'sitter-agency' && number % 2 === 0
    ? { certifications: [{ act: 'suctioning' as const, lastDay: plusDays(today, 365) }] }
    : {}),
});
