import { problems } from '@adempauze/contracts';
import { Day, euro, Instant, zone } from '@adempauze/kernel';
import { builder } from './builder.ts';

/* Why the answer is no, in words that a person can read. */

type Facts = Readonly<Record<string, string | number>>;
export type Rejection = { readonly code: string; readonly facts: Facts };
export type MessageLanguage = 'nl' | 'en';

const locales = { nl: 'nl-NL', en: 'en-GB' } as const;
const units: Readonly<Record<string, { nl: string; en: string }>> = {
  hour: { nl: 'uur', en: 'hour' },
  'part-day': { nl: 'dagdeel', en: 'part-day' },
  night: { nl: 'nacht', en: 'night' },
  visit: { nl: 'bezoek', en: 'visit' },
};
const dayAndTime = { weekday: 'long', day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit' } as const;
const instantFormats = {
  nl: new Intl.DateTimeFormat(locales.nl, { ...dayAndTime, timeZone: zone }),
  en: new Intl.DateTimeFormat(locales.en, { ...dayAndTime, timeZone: zone }),
};
const longDay = { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' } as const;
const dayFormats = {
  nl: new Intl.DateTimeFormat(locales.nl, longDay),
  en: new Intl.DateTimeFormat(locales.en, longDay),
};

const lengths = {
  minutes: { nl: ['minuut', 'minuten'], en: ['minute', 'minutes'] },
  hours: { nl: ['uur', 'uur'], en: ['hour', 'hours'] },
  days: { nl: ['dag', 'dagen'], en: ['day', 'days'] },
  nights: { nl: ['nacht', 'nachten'], en: ['night', 'nights'] },
} as const;
const lengthInWords = (count: number, of: keyof typeof lengths, language: MessageLanguage): string => {
  const [one, more] = lengths[of][language];
  return `${count.toLocaleString(locales[language], { maximumFractionDigits: 2 })} ${count === 1 ? one : more}`;
};
/** Nobody says 240 minutes for four hours, or 168 hours for a week. */
const minutesInWords = (minutes: number, language: MessageLanguage): string => {
  if (minutes < 60 || minutes % 15 !== 0) return lengthInWords(minutes, 'minutes', language);
  const hours = minutes / 60;
  return hours >= 48 && hours % 24 === 0
    ? lengthInWords(hours / 24, 'days', language)
    : lengthInWords(hours, 'hours', language);
};
const inWords: Readonly<Record<string, (fact: number, language: MessageLanguage) => string>> = {
  minMinutes: minutesInWords,
  maxMinutes: minutesInWords,
  leadTimeHours: (hours, language) => minutesInWords(hours * 60, language),
  minNights: (nights, language) => lengthInWords(nights, 'nights', language),
  maxNights: (nights, language) => lengthInWords(nights, 'nights', language),
};

/** A fact as people write it: euros, lengths with their unit, days and times in Amsterdam, the word for a unit. */
export const factInWords = (name: string, fact: string | number, language: MessageLanguage): string => {
  if (typeof fact === 'number') {
    if (name.endsWith('Cents')) return euro(fact, language);
    const words = Object.hasOwn(inWords, name) ? inWords[name] : undefined;
    if (words !== undefined) return words(fact, language);
    return fact.toLocaleString(locales[language], { maximumFractionDigits: 2 });
  }
  if (name === 'unit') return units[fact]?.[language] ?? fact;
  const day = Day.safeParse(fact);
  if (day.success) return dayFormats[language].format(new Date(`${day.data}T12:00:00Z`));
  const at = Instant.safeParse(fact);
  if (at.success) return instantFormats[language].format(new Date(at.data));
  return fact;
};

const isProblem = (code: string): code is keyof typeof problems => Object.hasOwn(problems, code);

/** The sentence of a code with its facts filled in; a code without a sentence says that it was refused. */
export const messageOf = ({ code, facts }: Rejection, language: MessageLanguage): string => {
  const template: string = isProblem(code)
    ? problems[code][language]
    : { nl: 'Dit kan niet.', en: 'This is not possible.' }[language];
  return sentenceWith(template, facts, language);
};

/** A sentence with its facts filled in. */
export const sentenceWith = (template: string, facts: Facts, language: MessageLanguage): string =>
  template.replace(/\{(\w+)\}/g, (_whole, name: string) => {
    const fact = Object.hasOwn(facts, name) ? facts[name] : undefined;
    return fact === undefined ? '…' : factInWords(name, fact, language);
  });

export const MessageLanguage = builder.enumType('MessageLanguage', { values: { nl: {}, en: {} } as const });

export const Fact = builder.objectRef<{ name: string; value: string }>('Fact').implement({
  description: 'An amount, a day or another detail of a sentence, as data.',
  fields: (t) => ({ name: t.exposeString('name'), value: t.exposeString('value') }),
});

export const Rejected = builder.objectRef<Rejection>('Rejected').implement({
  description: 'No, and why. The codes are listed in docs/problems.md; `…-not-found` also means: not yours.',
  fields: (t) => ({
    code: t.exposeString('code'),
    message: t.string({
      args: { language: t.arg({ type: MessageLanguage, defaultValue: 'nl' }) },
      resolve: (rejection, { language }) => messageOf(rejection, language ?? 'nl'),
    }),
    facts: t.field({
      type: [Fact],
      resolve: ({ facts }) => Object.entries(facts).map(([name, value]) => ({ name, value: String(value) })),
    }),
  }),
});
