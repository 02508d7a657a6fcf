import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DrillReport } from '../drill/drill-report';
import { readMeasuredDrill } from './measured-drill';

const folder = mkdtempSync(join(tmpdir(), 'drill-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const REPORT: DrillReport = {
  environment: 'local',
  brokenRegion: 'us-east-1',
  servingRegion: 'us-west-2',
  brokenAt: '2026-11-24T15:23:55.146Z',
  tiers: [
    { tier: 'entry', recoveryMs: 32_449, failed: 16, objectiveSeconds: 60 },
    { tier: 'strongly consistent writes', recoveryMs: 32_551, failed: 16, objectiveSeconds: 60 },
    { tier: 'eventually consistent writes', recoveryMs: 32_551, failed: 16, objectiveSeconds: 60 },
    { tier: 'SQL writes', recoveryMs: null, failed: 122, objectiveSeconds: 1_200 },
  ],
  losses: [
    { tier: 'eventually consistent writes', writes: 1, windowMs: 156, acknowledged: 82, objectiveMs: 5_000 },
    { tier: 'SQL writes', writes: 1, windowMs: 107, acknowledged: 61, objectiveMs: 5_000 },
  ],
};

describe('what a drill measured', () => {
  it('is by tier, in the unit of the budget, and nothing of what did not recover', () => {
    const file = join(folder, 'drill.json');
    writeFileSync(file, JSON.stringify(REPORT));

    expect(readMeasuredDrill(file)).toEqual({
      brokenAt: '2026-11-24T15:23:55.146Z',
      values: { entry: 32.4, 'strongly consistent writes': 32.6, 'table loss': 156 },
    });
  });

  it('is nothing where there was no drill', () => {
    expect(readMeasuredDrill(join(folder, 'none.json'))).toBeUndefined();
  });

  it.each(['', '{}', '[]', '{"tiers":1}'])('is refused where the file holds %j', (text) => {
    const file = join(folder, 'damaged.json');
    writeFileSync(file, text);

    expect(() => readMeasuredDrill(file)).toThrow(
      `${file}: is no report of a drill, expected what stacks drill writes. Remove it.`,
    );
  });
});
