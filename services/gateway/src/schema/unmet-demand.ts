import { formOf, MunicipalityCode, type UnmetDemandRow } from '@adempauze/contracts';
import { FormType } from './basics.ts';
import { builder } from './builder.ts';
import { checked, waiting } from './input.ts';

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
      const asked = municipalityCode ? checked(MunicipalityCode, municipalityCode, '#/municipalityCode') : undefined;
      const own = viewer?.role === 'municipality' ? MunicipalityCode.safeParse(viewer.organisation) : undefined;
      if (own && (!own.success || (asked && asked !== own.data))) return [];
      const municipality = own?.data ?? asked;
      return services.bookings.unmetDemand({ ...(municipality && { municipality }), ...waiting(waitFor) });
    },
  }),
);
