import { stripVTControlCharacters, styleText } from 'node:util';
import { z } from 'zod';

/* Lines of many processes as one log that a person can read. */

const Line = z.looseObject({
  level: z.string(),
  time: z.string(),
  msg: z.string().default(''),
});

type Format = Parameters<typeof styleText>[0];
const nameColours: readonly [Format, ...Format[]] = [
  ...(['cyan', 'green', 'yellow', 'magenta', 'blue', 'cyanBright'] as const),
  ...(['greenBright', 'yellowBright', 'magentaBright', 'blueBright'] as const),
];
const levelFormats: Readonly<Record<string, Format>> = {
  fatal: ['bold', 'red'],
  error: 'red',
  warn: 'yellow',
  info: 'green',
  debug: 'gray',
  trace: 'gray',
};
/** Said by every line, or by the name in front of it. */
const leftOut = new Set(['level', 'time', 'msg', 'service', 'replica', 'pid', 'hostname']);

/**
 * Renders one line as `time name level message field=value`. A line that is no JSON of ours stays as it is behind the
 * name. `clock` gives the time of day for those, `HH:MM:SS.mmm`.
 */
export const createLogRenderer = ({
  colour,
  timeOfDay,
  nameWidth = 12,
}: {
  readonly colour: boolean;
  readonly timeOfDay: () => string;
  readonly nameWidth?: number;
}): ((name: string, line: string) => string) => {
  const paint = (format: Format, text: string) => (colour ? styleText(format, text, { validateStream: false }) : text);
  const colours = new Map<string, Format>();
  const nameOf = (name: string) => {
    const format = colours.get(name) ?? nameColours[colours.size % nameColours.length] ?? nameColours[0];
    colours.set(name, format);
    return paint(format, name.padEnd(nameWidth));
  };
  return (name, line) => {
    const parsed = readLine(line);
    if (!parsed) return `${paint('dim', timeOfDay())} ${nameOf(name)}       ${stripVTControlCharacters(line)}`;
    const { level, time, msg } = parsed;
    const time12 = /T(\d\d:\d\d:\d\d\.\d{3})/.exec(time)?.[1] ?? timeOfDay();
    const fields = Object.entries(parsed)
      .filter(([key]) => !leftOut.has(key))
      .map(([key, value]) => paint('dim', `${key}=${sayValue(value)}`));
    const said = [paint(levelFormats[level] ?? 'reset', level.padEnd(5)), msg, ...fields].join(' ');
    return `${paint('dim', time12)} ${nameOf(name)} ${said}`;
  };
};

const readLine = (line: string): z.infer<typeof Line> | undefined => {
  if (!line.startsWith('{')) return undefined;
  try {
    return Line.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
};

const WrittenError = z.object({ type: z.string(), what: z.string(), cause: z.unknown().optional() });

/** An error by its kind and words, its causes behind it; the stack stays in the process's own lines. */
const sayValue = (value: unknown): string => {
  const error = WrittenError.safeParse(value).data;
  if (error) return `${error.type}: ${error.what}${error.cause === undefined ? '' : ` < ${sayValue(error.cause)}`}`;
  return typeof value === 'string' && !/\s/.test(value) ? value : JSON.stringify(value);
};
