import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { infraFolder } from './compose.ts';

const Dashboard = z.object({
  panels: z.array(
    z.object({
      title: z.string(),
      type: z.enum(['stat', 'timeseries', 'state-timeline']),
      datasource: z.object({ uid: z.string() }),
      gridPos: z.object({ x: z.int(), y: z.int(), w: z.int(), h: z.int() }),
      targets: z.array(z.object({ refId: z.string(), expr: z.string(), datasource: z.object({ uid: z.string() }) })),
    }),
  ),
});
export type Dashboard = z.infer<typeof Dashboard>;

export const readDashboard = (): Dashboard =>
  Dashboard.parse(JSON.parse(readFileSync(join(infraFolder, 'grafana', 'dashboards', 'marketplace.json'), 'utf8')));

const Rules = z.object({
  groups: z.array(
    z.object({
      rules: z.array(
        z.object({
          alert: z.string(),
          expr: z.string(),
          labels: z.object({ severity: z.enum(['page', 'warning']) }),
          annotations: z.object({ summary: z.string(), action: z.string() }),
        }),
      ),
    }),
  ),
});

export const readAlerts = () =>
  Rules.parse(parse(readFileSync(join(infraFolder, 'prometheus', 'rules.yml'), 'utf8'))).groups.flatMap(
    ({ rules }) => rules,
  );

/** Every question that dashboard and alerts ask, by where it stands. */
export const listExpressions = (): { readonly where: string; readonly expr: string }[] => [
  ...readDashboard().panels.flatMap(({ title, targets }) =>
    targets.map(({ expr }) => ({ where: `dashboard: ${title}`, expr })),
  ),
  ...readAlerts().map(({ alert, expr }) => ({ where: `alert: ${alert}`, expr })),
];

/** The names of what our processes measure that a question speaks of. */
export const metricsIn = (expr: string): string[] => [
  ...new Set(expr.match(/\b(adempauze|graphql|http|process|nodejs)_[a-z0-9_]+\b/g)),
];
