import { type Instant, type Sentence, wallTimeOf } from '@adempauze/kernel';

const dayIn = (locale: string) => new Intl.DateTimeFormat(locale, { timeZone: 'Europe/Amsterdam', dateStyle: 'full' });
const days = { nl: dayIn('nl-NL'), en: dayIn('en-GB') };

/** A moment as people say it, on the clock in Amsterdam: `vrijdag 13 februari 2026 om 18:30`. */
export const moment = (at: Instant): Sentence => {
  const date = new Date(at);
  return {
    nl: `${days.nl.format(date)} om ${wallTimeOf(at)}`,
    en: `${days.en.format(date).replace(',', '')} at ${wallTimeOf(at)}`,
  };
};
