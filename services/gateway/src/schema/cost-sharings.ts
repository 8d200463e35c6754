import { type CostSharingView, MunicipalityCode, RecordCostSharing } from '@adempauze/contracts';
import { builder } from './builder.ts';
import { globalId, idOf } from './ids.ts';
import { checked, waiting } from './input.ts';
import { commandInput, commandMutation } from './mutation.ts';
import { FormIdEnum } from './vocabulary.ts';

/* What an insurer, a municipality and providers agreed to finance afterwards (S24). */

const CostSharingType = builder.objectRef<CostSharingView>('CostSharing').implement({
  description:
    'Of what other sources leave of a cost, the insurer bears its percentage and the municipality the rest, the odd cent to the municipality.',
  fields: (t) => ({
    costSharingId: t.exposeID('costSharingId'),
    name: t.exposeString('name'),
    municipalityCode: t.exposeString('municipality'),
    insurerId: t.exposeString('insurerId'),
    insurerPercent: t.exposeInt('insurerPercent'),
    forms: t.expose('forms', { type: [FormIdEnum] }),
    providerIds: t.idList({ resolve: ({ providerIds }) => providerIds.map((it) => globalId('Provider', it)) }),
    from: t.expose('from', { type: 'Day' }),
    until: t.expose('until', { type: 'Day', description: 'The first day after it.' }),
  }),
});

builder.queryField('costSharings', (t) =>
  t.field({
    type: [CostSharingType],
    nullable: true,
    description: 'Those of which you are a party.',
    args: { waitFor: t.arg.string({ required: false }) },
    resolve: async (_root, { waitFor }, { viewer, services }) => {
      const organisation = viewer?.organisation;
      const list = (only: { municipality?: MunicipalityCode; insurerId?: string }) =>
        services.invoicing.listCostSharings({ ...only, ...waiting(waitFor) });
      if (viewer?.role === 'operator') return list({});
      if (organisation === undefined) return [];
      if (viewer?.role === 'insurer') return list({ insurerId: organisation });
      return viewer?.role === 'municipality' ? list({ municipality: MunicipalityCode.parse(organisation) }) : [];
    },
  }),
);

commandMutation('recordCostSharing', {
  description: 'Records what the parties signed; neither of them can bind the other. It never changes.',
  input: commandInput('RecordCostSharing', (t) => ({
    costSharingId: t.id({ required: false, description: 'A UUID of your choice.' }),
    name: t.string(),
    municipalityCode: t.string(),
    insurerId: t.string(),
    insurerPercent: t.int(),
    forms: t.field({ type: [FormIdEnum] }),
    providerIds: t.idList(),
    from: t.field({ type: 'Day' }),
    until: t.field({ type: 'Day' }),
  })),
  answers: { field: 'costSharing', type: CostSharingType },
  run: ({ idempotencyKey: _key, costSharingId, municipalityCode, providerIds, ...rest }, it) =>
    it.services.invoicing.recordCostSharing(
      checked(RecordCostSharing, {
        ...rest,
        costSharingId: costSharingId ?? it.newId('cost-sharing'),
        municipality: municipalityCode,
        providerIds: providerIds.map((id) => idOf('Provider', id)),
      }),
      it.call,
    ),
});
