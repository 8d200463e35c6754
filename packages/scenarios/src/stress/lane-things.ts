import { ArrangementId, ProposalId, UrgentId } from '@adempauze/contracts';
import type { PlanScene } from './plan-words.ts';

/* What is planned, proposed, called in or urgent in a scene. */

export const place = (scene: PlanScene) => ({
  ...{ offerId: scene.offerId('instant'), resourceId: scene.resourceId },
  placeOfService: 'recipient-home' as const,
});
export const arrangementIdOf = (scene: PlanScene, word = 'arranged') =>
  ArrangementId.parse(scene.id('arrangement', word));
export const proposalIdOf = (scene: PlanScene, word = 'proposed') => ProposalId.parse(scene.id('proposal', word));
export const urgentIdOf = (scene: PlanScene) => UrgentId.parse(scene.id('urgent'));
export const partOf = (scene: PlanScene, word: string) => scene.id('part', word);

/** A time with a ride to it, and one that the provider has to accept. */
export const arrangementOf = (scene: PlanScene, word = 'arranged') => ({
  ...{ arrangementId: arrangementIdOf(scene, word), householdId: scene.householdId('planner') },
  ...{ purpose: '', requestedBy: 'stress' },
  parts: [
    {
      partId: partOf(scene, `${word} day`),
      ask: { kind: 'booking' as const, ...place(scene), span: scene.times.arranged.day },
    },
    {
      partId: partOf(scene, `${word} ride`),
      tripOf: { partId: partOf(scene, `${word} day`), leg: 'there' as const, blocks: false },
      ask: { kind: 'booking' as const, ...place(scene), span: scene.times.arranged.ride },
    },
    {
      partId: partOf(scene, `${word} asked`),
      ask: {
        ...{ kind: 'booking' as const, ...place(scene), span: scene.times.arranged.asked },
        offerId: scene.offerId('on request'),
      },
    },
  ],
});
export const proposalOf = (scene: PlanScene, word = 'proposed') => ({
  ...{ proposalId: proposalIdOf(scene, word), householdId: scene.householdId('proposed'), days: 7, note: '' },
  proposedBy: 'stress',
  parts: [
    { kind: 'booking' as const, ...place(scene), span: scene.times.proposed },
    { kind: 'series' as const, ...place(scene), rule: scene.times.proposedSeries },
  ],
});
/** One more time, while the first ones may be on their way out. */
export const addedTo = (scene: PlanScene) => ({
  ...{ arrangementId: arrangementIdOf(scene), requestedBy: 'stress' },
  parts: [
    {
      partId: partOf(scene, 'added'),
      tripOf: { partId: partOf(scene, 'arranged day'), leg: 'back' as const, blocks: false },
      ask: { kind: 'booking' as const, ...place(scene), span: scene.times.arranged.back },
    },
  ],
});
export const backupsOf = (scene: PlanScene) => ({
  ...{ householdId: scene.householdId('planner'), backups: [place(scene)], agreedBy: 'stress' },
});
export const urgentOf = (scene: PlanScene) => ({
  ...{ urgentId: urgentIdOf(scene), householdId: scene.householdId('urgent'), need: 'Iemand voor vanavond.' },
  ...{ span: scene.times.urgent, openedBy: 'stress' },
});
