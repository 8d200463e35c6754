import { z } from 'zod';
import { problems } from './problems.ts';

/*
 * Why an offer that is near does not fit (R19), in words that say what somebody can do about it. Where a booking would be
 * refused for the same reason, code and sentence are those of the refusal. A part in square brackets is told when its facts
 * are known. Whom a provider does not take in is never a reason: such an offer is not there.
 */
export const misfits = {
  // what the care needs
  'condition-not-served': problems['condition-not-served'],
  'act-not-served': {
    nl: 'Voor een zorghandeling die nodig is, is hier dan geen bevoegde medewerker.[ Tot en met {lastDay} is die er wel.]',
    en: 'No qualified worker is there then for a care act that is needed.[ Until {lastDay} somebody is.]',
  },
  // what somebody asked for beside it; leaving it out makes the offer fit
  'language-not-spoken': {
    nl: 'Hier spreekt niemand de taal die u zoekt. Een tolk kan soms helpen.',
    en: 'Nobody here speaks the language that you look for. Sometimes an interpreter can help.',
  },
  'culture-not-known': {
    nl: 'Deze aanbieder kent de cultuur die u zoekt niet van huis uit.',
    en: 'This provider is not at home in the culture that you look for.',
  },
  'no-woman-comes': {
    nl: 'Hier kunt u niet vragen dat er een vrouw komt.',
    en: 'A woman cannot be asked for here.',
  },
  'activity-not-offered': {
    nl: 'Wat uw naaste graag doet, is hier niet te doen.',
    en: 'What is asked to be done there is not offered here.',
  },
  'caregiver-cannot-join': problems['caregiver-cannot-join'],
  'caregiver-must-join': problems['caregiver-must-join'],
  'no-transport': {
    nl: 'Hier is geen vervoer bij. U kunt vervoer apart boeken.',
    en: 'Transport is not included. It can be booked beside.',
  },
  // where
  'outside-travel-range': {
    nl: 'De aanbieder komt niet zo ver. Het is {km} km; dat is {beyondKm} km te ver.',
    en: 'The provider does not come so far. It is {km} km, which is {beyondKm} km too far.',
  },
  'further-than-asked': {
    nl: 'Dit is {km} km ver. Dat is {beyondKm} km verder dan u zoekt.',
    en: 'This is {km} km away, {beyondKm} km further than you look.',
  },
  // how long
  'block-too-short': problems['block-too-short'],
  'block-too-long': problems['block-too-long'],
  'stay-too-short': problems['stay-too-short'],
  'stay-too-long': problems['stay-too-long'],
  // when
  stale: {
    nl: 'De aanbieder heeft al {days} dagen niet laten weten of dit aanbod nog klopt. Bel om het te vragen.',
    en: 'For {days} days the provider has not said whether this offer still stands. Call to ask.',
  },
  'asked-too-late': {
    nl: 'Dit moet u minstens {leadTimeHours} van tevoren vragen.[ Het kan vanaf {next}.]',
    en: 'This must be asked at least {leadTimeHours} before.[ It can be had from {next}.]',
  },
  'helper-not-at-once': {
    nl: 'Hier wordt eerst iemand voor u gezocht. Dat lukt niet binnen een dag.',
    en: 'Somebody is looked for first. That takes more than a day.',
  },
  'tariff-missing': problems['tariff-missing'],
  'closed-then': {
    nl: 'Dit is dan niet open, of niet zo lang.[ De eerste vrije tijd is {next}.]',
    en: 'This is not open then, or not for so long.[ The first free time is {next}.]',
  },
  'full-then': {
    nl: 'Er is dan geen plek vrij.[ De eerste vrije tijd is {next}.]',
    en: 'No place is free then.[ The first free time is {next}.]',
  },
} as const;

export const MisfitReason = z.enum(Object.keys(misfits) as [keyof typeof misfits, ...(keyof typeof misfits)[]]);
export type MisfitReason = z.infer<typeof MisfitReason>;

/** The parts of a sentence whose facts are known: what stands in square brackets is left out when one of them is not. */
export const misfitSentence = (
  reason: MisfitReason,
  facts: Readonly<Record<string, unknown>>,
  language: 'nl' | 'en',
): string => {
  const sentence: string = misfits[reason][language];
  return sentence.replace(/\[([^\]]*)\]/g, (_whole, part: string) =>
    [...part.matchAll(/\{(\w+)\}/g)].every(([, name]) => name !== undefined && facts[name] !== undefined) ? part : '',
  );
};
