import { formOf, MunicipalityCode, type UnmetBySource, type UnmetDemandRow, UnmetSource } from '@adempauze/contracts';
import type { Context } from '../context.ts';
import { FormType } from './basics.ts';
import { builder } from './builder.ts';
import { checked, waiting } from './input.ts';
import { enumOf } from './vocabulary.ts';

const UnmetDemandType = builder.objectRef<UnmetDemandRow>('UnmetDemandRow').implement({
  description: 'Requests that found no place, whoever bought what (R35).',
  fields: (t) => ({
    form: t.field({ type: FormType, resolve: (it) => formOf(it.form) }),
    municipalityCode: t.exposeString('municipality'),
    month: t.exposeString('month'),
    count: t.exposeInt('count'),
  }),
});

builder.queryField('unmetDemand', (t) =>
  t.field({
    type: [UnmetDemandType],
    nullable: true,
    description: 'Of your municipality; the operator sees all, or the one that is asked for.',
    args: { municipalityCode: t.arg.string({ required: false }), waitFor: t.arg.string({ required: false }) },
    async resolve(_root, { municipalityCode, waitFor }, { viewer, services }) {
      const area = areaOf(viewer, municipalityCode);
      return area ? services.bookings.unmetDemand({ ...area, ...waiting(waitFor) }) : [];
    },
  }),
);

export const UnmetSourceEnum = enumOf('UnmetSource', UnmetSource.options);
const UnmetBySourceType = builder.objectRef<UnmetBySource>('UnmetBySource').implement({
  description:
    'Demand that was not met, by what showed it: a request, a search that found nothing, somebody who waits, a provider ' +
    'who said no. One family may stand in more than one.',
  fields: (t) => ({
    source: t.expose('source', { type: UnmetSourceEnum }),
    reason: t.exposeString('reason', { nullable: true, description: 'Why a request was refused or declined.' }),
    form: t.field({
      type: FormType,
      nullable: true,
      description: 'None: any form would have done.',
      resolve: ({ form }) => (form === null ? null : formOf(form)),
    }),
    municipalityCode: t.exposeString('municipality'),
    month: t.exposeString('month'),
    count: t.exposeInt('count'),
  }),
});

builder.queryField('unmetBySource', (t) =>
  t.field({
    type: [UnmetBySourceType],
    nullable: true,
    description: 'As `unmetDemand`, and beside requests also searches, waiting lists, and why providers said no (R35).',
    args: { municipalityCode: t.arg.string({ required: false }), waitFor: t.arg.string({ required: false }) },
    async resolve(_root, { municipalityCode, waitFor }, { viewer, services }) {
      const area = areaOf(viewer, municipalityCode);
      return area ? services.bookings.unmetBySource({ ...area, ...waiting(waitFor) }) : [];
    },
  }),
);

/** A municipality sees its own; undefined: it asked for another one. */
const areaOf = (viewer: Context['viewer'], code: string | null | undefined) => {
  const asked = code ? checked(MunicipalityCode, code, '#/municipalityCode') : undefined;
  const own = viewer?.role === 'municipality' ? MunicipalityCode.safeParse(viewer.organisation) : undefined;
  if (own && (!own.success || (asked && asked !== own.data))) return undefined;
  const municipality = own?.data ?? asked;
  return municipality === undefined ? {} : { municipality };
};
