import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import { parse, stringify } from 'yaml';
import { failureKinds } from '../../../src/sync/failure-kinds.ts';
import { missingPromtool, promtool } from '../../support/promtool.ts';
import { documentFile, exposedMetrics, monitoringDocument } from './metrics-document.ts';

const FOLDER = path.join(import.meta.dirname, '../../../docs/monitoring');
const RULES = path.join(FOLDER, 'alerts.yml');

interface Rule {
  alert: string;
  expr: string;
  labels: { severity: string };
  annotations: { summary: string; remedy: string };
}
interface Panel {
  id: number;
  title: string;
  description: string;
  datasource: { type: string; uid: string };
  gridPos: { x: number; y: number; w: number; h: number };
  targets: { refId: string; expr: string; datasource: { uid: string } }[];
}

const rules: Rule[] = parse(readFileSync(RULES, 'utf8')).groups.flatMap(
  (group: { rules: Rule[] }) => group.rules,
);
const dashboard = JSON.parse(readFileSync(path.join(FOLDER, 'dashboard.json'), 'utf8')) as {
  uid: string;
  schemaVersion: number;
  templating: { list: { name: string; type: string; query: string }[] };
  panels: Panel[];
};
const queries = dashboard.panels.flatMap(({ title, targets }) =>
  targets.map(({ expr }) => ({ title, expr })),
);

/** The metrics that a query reads, by the names under which they are described. */
function metricsIn(expr: string): string[] {
  const names = expr.match(/\b(?:appointment_sync|nodejs|process)_\w+/g) ?? [];
  return names.map((name) => name.replace(/_(?:bucket|sum|count)$/, ''));
}

describe('docs/monitoring.md', () => {
  it('lists every metric (else: npx node test/http/metrics/metrics-document.ts)', async () => {
    assert.equal(readFileSync(documentFile, 'utf8'), await monitoringDocument());
  });

  it('says of every alert what it means and what to do', () => {
    const text = readFileSync(documentFile, 'utf8');
    const listed = [...text.matchAll(/^\| `AppointmentSync(\w+)` \| .+ \| .+ \|$/gm)].map(([, name]) => name);
    assert.deepEqual(
      listed.toSorted(),
      rules.map(({ alert }) => alert.replace('AppointmentSync', '')).toSorted(),
    );
  });
});

describe('the alert rules', () => {
  it('read only metrics and kinds of failure that there are', async () => {
    const exposed = new Set((await exposedMetrics()).map(({ name }) => name));
    for (const { alert, expr } of rules) {
      assert.ok(metricsIn(expr).length > 0, alert);
      for (const name of metricsIn(expr)) assert.ok(exposed.has(name), `${alert}: ${name}`);
      for (const kind of /kind=~"(.*)"/.exec(expr)?.[1]?.split('|') ?? [])
        assert.ok((failureKinds as readonly string[]).includes(kind), kind);
    }
  });

  it('have a severity, a summary and a remedy each', () => {
    for (const { alert, labels, annotations } of rules) {
      assert.match(labels.severity, /^(critical|warning)$/, alert);
      assert.match(annotations.summary, /\.$|: .+\.$/, alert);
      assert.match(annotations.remedy, /\.$/, alert);
    }
  });

  it('are accepted by Prometheus', { skip: missingPromtool() }, async () => {
    const { code, said } = await promtool(['check', 'rules', RULES]);
    assert.equal(code, 0, said);
  });

  it('fire when they should and not before', { skip: missingPromtool() }, async () => {
    const { code, said } = await promtool(['test', 'rules', 'alerts.test.yml'], { cwd: import.meta.dirname });
    assert.equal(code, 0, said);
  });

  it('are each tried, to fire and to keep still', () => {
    const tests = readFileSync(path.join(import.meta.dirname, 'alerts.test.yml'), 'utf8');
    for (const { alert } of rules)
      for (const samples of ['exp_samples:\n          - labels', 'exp_samples: []'])
        assert.ok(
          tests.split(/^ {2}- name:/m).some((part) => part.includes(`"${alert}"`) && part.includes(samples)),
          `${alert}: ${samples}`,
        );
  });
});

describe('the dashboard', () => {
  it('reads only metrics that there are', async () => {
    const exposed = new Set((await exposedMetrics()).map(({ name }) => name));
    for (const { title, expr } of queries) {
      assert.ok(metricsIn(expr).length > 0, title);
      for (const name of metricsIn(expr)) assert.ok(exposed.has(name), `${title}: ${name}`);
    }
  });

  it('shows every metric of the bot but one, which the alerts’ age tells of', async () => {
    const shown = new Set(queries.flatMap(({ expr }) => metricsIn(expr)));
    const ours = (await exposedMetrics()).filter(({ name }) => name.startsWith('appointment_sync_'));
    assert.deepEqual(
      ours.map(({ name }) => name).filter((name) => !shown.has(name)),
      ['appointment_sync_last_alert_shown_timestamp_seconds'],
    );
  });

  it('takes its data source from a variable, and gives every panel a place of its own', () => {
    assert.deepEqual(
      dashboard.templating.list.map(({ name, type, query }) => [name, type, query]),
      [['datasource', 'datasource', 'prometheus']],
    );
    assert.ok(dashboard.schemaVersion >= 36);
    assert.match(dashboard.uid, /^[a-z-]{1,40}$/);
    const taken = new Map<string, string>();
    assert.equal(new Set(dashboard.panels.map(({ id }) => id)).size, dashboard.panels.length);
    for (const { title, description, datasource, targets, gridPos: place } of dashboard.panels) {
      assert.ok(title && description);
      for (const { uid } of [datasource, ...targets.map((target) => target.datasource)])
        assert.equal(uid, `\${${dashboard.templating.list[0]?.name}}`);
      assert.equal(new Set(targets.map(({ refId }) => refId)).size, targets.length);
      assert.ok(place.x + place.w <= 24, title);
      for (let x = place.x; x < place.x + place.w; x++)
        for (let y = place.y; y < place.y + place.h; y++) {
          assert.equal(taken.get(`${x} ${y}`), undefined, title);
          taken.set(`${x} ${y}`, title);
        }
    }
  });

  it('asks what Prometheus understands', { skip: missingPromtool() }, async (t) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'sync-bot-dashboard-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const recorded = queries.map(({ expr }, index) => ({
      record: `query:${index}`,
      expr: expr.replaceAll('$__rate_interval', '5m'),
    }));
    const file = path.join(folder, 'queries.yml');
    writeFileSync(file, stringify({ groups: [{ name: 'dashboard', rules: recorded }] }));
    const { code, said } = await promtool(['check', 'rules', file]);
    assert.equal(code, 0, said);
  });
});
