import { StartError } from '@adempauze/kernel';
import { z } from 'zod';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The settings of a process, read once from its environment. An empty variable counts as absent; what the schema does
 * not name is ignored.
 * @throws StartError that names the first setting that is wrong, never its value, since it may be a secret.
 */
export const readSettings = <S extends z.ZodType>(schema: S, environment: Environment): z.output<S> => {
  const given = Object.fromEntries(Object.entries(environment).filter(([, text]) => text !== undefined && text !== ''));
  const settings = schema.safeParse(given);
  if (settings.success) return settings.data;
  const issue = settings.error.issues[0];
  const setting = String(issue?.path[0] ?? '');
  const dutch = schema.safeParse(given, { error: z.locales.nl().localeError }).error?.issues[0]?.message;
  if (!(setting in given)) {
    throw new StartError({
      nl: `De instelling ${setting} ontbreekt (omgevingsvariabele ${setting}).`,
      en: `The setting ${setting} is missing (environment variable ${setting}).`,
    });
  }
  throw new StartError({
    nl: `De instelling ${setting} klopt niet. ${dutch ?? ''}`.trim(),
    en: `The setting ${setting} is wrong. ${issue?.message ?? ''}`.trim(),
  });
};

const SettingsShape = z.object({
  properties: z.record(
    z.string(),
    z.object({
      type: z.string().default('text'),
      enum: z.array(z.unknown()).optional(),
      default: z.unknown().optional(),
      description: z.string().default(''),
    }),
  ),
});

/** The table of settings for the docs, in Markdown: name, what it may be, its default, and its `description`. */
export const settingsTable = (schema: z.ZodObject): string => {
  const { properties } = SettingsShape.parse(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));
  const rows = Object.entries(properties).map(([setting, { type, enum: choices, default: standard, description }]) => {
    const allowed = choices?.map((it) => `\`${it}\``).join(', ') ?? type;
    return `| \`${setting}\` | ${allowed} | ${standard === undefined ? '' : `\`${standard}\``} | ${description} |`;
  });
  return ['| setting | value | default | what it is |', '| --- | --- | --- | --- |', ...rows, ''].join('\n');
};
