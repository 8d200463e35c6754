import type { Evidence, Replica } from './evidence.ts';

/** Every read model equals a rebuild, the replicas of a service hold the same, and nothing waits for an operator. */
export const checkReplicas = ({ replicas, parked }: Pick<Evidence, 'replicas' | 'parked'>): string[] => {
  const violations: string[] = [];
  for (const { name, differences } of replicas)
    for (const difference of differences) violations.push(`${name} differs from a rebuild: ${difference}`);
  for (const [service, all] of Map.groupBy(replicas, (it) => it.service)) {
    const [first, ...others] = all;
    if (first === undefined) continue;
    if (Object.keys(first.tables).length === 0) violations.push(`${first.name} has no read model of ${service}.`);
    for (const other of others) violations.push(...differencesOf(first, other));
  }
  for (const { id, consumer, reason } of parked) violations.push(`Parked: ${id} of ${consumer}: ${reason}`);
  return violations;
};

const differencesOf = (one: Replica, other: Replica): string[] =>
  [...new Set([...Object.keys(one.tables), ...Object.keys(other.tables)])].flatMap((table) => {
    const [here, there] = [one.tables[table], other.tables[table]];
    if (here?.digest === there?.digest && here?.rows === there?.rows) return [];
    return [
      `${table} differs between ${one.name} (${here?.rows ?? 'no'} rows) and ${other.name} (${there?.rows ?? 'no'} rows).`,
    ];
  });
