/** Whose records a report is made of; everybody's where nothing is named. */
export type Scope = {
  readonly municipality?: string | undefined;
  readonly providerId?: string | undefined;
  readonly householdId?: string | undefined;
  readonly seriesId?: string | undefined;
};

const columns = { municipality: 'home', providerId: 'providerId', householdId: 'householdId', seriesId: 'seriesId' };

/** The condition on `care_records`, and its parameters. Only what is named stands in it, so that an index can be used. */
export const whereOf = (scope: Scope): { readonly where: string; readonly parameters: string[] } => {
  const named = (['municipality', 'providerId', 'householdId', 'seriesId'] as const).flatMap((key) => {
    const value = scope[key];
    return value === undefined ? [] : [{ sql: `care_records.${columns[key]} = ?`, value }];
  });
  return {
    where: named.length === 0 ? '1' : named.map(({ sql }) => sql).join(' AND '),
    parameters: named.map(({ value }) => value),
  };
};
