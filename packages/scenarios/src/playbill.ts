import { stripVTControlCharacters, styleText } from 'node:util';
import type { Sentence } from '@adempauze/kernel';
import { moment } from './moment.ts';
import type { Played } from './stage.ts';
import type { Told } from './world.ts';

/* What a person reads of the stories. */

/** Both languages, the English one beside the Dutch; or one of them. */
export type Languages = 'both' | 'nl' | 'en';

type Style = { readonly languages: Languages; readonly colour: boolean };

const width = 118;

const paint = (style: Style, format: Parameters<typeof styleText>[0], text: string): string =>
  style.colour ? styleText(format, text, { validateStream: false }) : text;

/** One sentence in the language asked; with both, the English one as a second line. */
const lines = (style: Style, { nl, en }: Sentence): string[] =>
  style.languages === 'en' ? [en] : style.languages === 'nl' || nl === en ? [nl] : [nl, paint(style, 'dim', en)];

const wrap = (text: string, indent: number): string[] => {
  const out: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length + 1 > width - indent) {
      out.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...out, line];
};

/** The lines of a sentence under each other, indented, wrapped where they are too long. */
const block = (style: Style, sentence: Sentence, lead: string, indent: number): string[] =>
  lines(style, sentence).flatMap((text, number) => {
    const isDim = number > 0;
    const plain = stripVTControlCharacters(text);
    return wrap(plain, indent + lead.length).map((part, row) => {
      const begin = number === 0 && row === 0 ? lead : ' '.repeat(lead.length);
      return `${' '.repeat(indent)}${begin}${isDim ? paint(style, 'dim', part) : part}`;
    });
  });

/** A sentence by itself. */
export const sentenceLines = (sentence: Sentence, style: Style): string[] => block(style, sentence, '', 0);

const milliseconds = (ms: number): string => `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;

const toldLines = (style: Style, told: Told): string[] => {
  switch (told.kind) {
    case 'step': {
      const { who, does, answer, ms, requests } = told;
      const took = paint(style, 'dim', `(${milliseconds(ms)}${requests > 1 ? `, ${requests}x` : ''})`);
      const doing = { nl: `${who.nl} ${does.nl}`, en: `${who.en} ${does.en}` };
      const answered = block(style, answer, '→ ', 6);
      const [first = '', ...others] = answered;
      return [...block(style, doing, '', 4), `${first}  ${took}`, ...others];
    }
    case 'fact':
      return block(style, told.fact, '• ', 6);
    case 'clock': {
      const { nl, en } = moment(told.at);
      return block(style, { nl: `De tijd gaat verder tot ${nl}.`, en: `Time passes until ${en}.` }, '… ', 2);
    }
    case 'skipped': {
      const { nl, en } = told.what;
      const why = {
        nl: `Overgeslagen: ${nl}. De klok van deze marktplaats kan niet vooruit.`,
        en: `Skipped: ${en}. The clock of this marketplace cannot be moved.`,
      };
      return block(style, why, '… ', 2);
    }
  }
};

/** One story as it was played. */
export const storyLines = (played: Played, style: Style): string[] => {
  const { story, told, failure } = played;
  const title = lines({ ...style, colour: false }, story.title).join(' / ');
  const end: Sentence = failure
    ? { nl: `NIET uitgekomen: ${failure.nl}`, en: `Did NOT come true: ${failure.en}` }
    : { nl: 'Zo is het gegaan.', en: 'That is how it went.' };
  const closing = block({ ...style, colour: false }, end, failure ? '✗ ' : '✓ ', 2);
  return [
    '',
    paint(style, 'bold', `${story.id}  ${title}`),
    ...told.flatMap((it) => toldLines(style, it)),
    ...closing.map((line) => paint(style, failure ? 'red' : 'green', line)),
  ];
};

/** All stories in a table, with how long people waited. */
export const summaryLines = (all: readonly Played[], style: Style): string[] => {
  const heading =
    style.languages === 'en'
      ? ['story', 'came true', 'requests', 'ms', 'skipped']
      : ['verhaal', 'uitgekomen', 'vragen', 'ms', 'overgeslagen'];
  const yes = style.languages === 'en' ? 'yes' : 'ja';
  const no = style.languages === 'en' ? 'NO' : 'NEE';
  const rows = all.map(({ story, failure, requests, ms, skipped }) => [
    `${story.id}  ${style.languages === 'en' ? story.title.en : story.title.nl}`,
    failure ? no : yes,
    String(requests),
    String(Math.round(ms)),
    String(skipped),
  ]);
  const widths = heading.map((text, column) => Math.max(text.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `  ${row.map((text, column) => (column === 0 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0))).join('   ')}`;
  const failed = all.filter((it) => it.failure).length;
  const skipped = all.reduce((sum, it) => sum + it.skipped, 0);
  const verdict: Sentence = failed
    ? {
        nl: `${failed} van ${all.length} verhalen kwamen niet uit.`,
        en: `${failed} of ${all.length} stories did not come true.`,
      }
    : skipped
      ? {
          nl: `Alle verhalen kwamen uit; ${skipped} delen zijn overgeslagen.`,
          en: `All stories came true; ${skipped} parts were skipped.`,
        }
      : { nl: `Alle ${all.length} verhalen kwamen uit.`, en: `All ${all.length} stories came true.` };
  return ['', paint(style, 'bold', line(heading)), ...rows.map(line), '', ...block(style, verdict, '', 2), ''];
};
