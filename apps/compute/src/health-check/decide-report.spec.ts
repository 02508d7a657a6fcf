import { decideReport, type LastReport } from './decide-report';
import type { CheckResult } from '@dr/recovery-runtime';

const SERVING: CheckResult = {
  health: { healthy: true, serving: true, reasons: [] },
  problems: [],
  probeMs: 20,
};
const BROKEN: CheckResult = {
  health: { healthy: false, serving: false, reasons: ['database is not reachable'] },
  problems: [{ probe: 'database', problem: 'ECONNREFUSED' }],
  probeMs: 3,
};

/** Reports of these results, each at its time in ms. */
function reports(...results: readonly (readonly [atMs: number, result: CheckResult])[]): string[] {
  let reported: LastReport | null = null;
  return results.map(([atMs, result]) => {
    const due = decideReport(reported, result, atMs);
    reported = due.reported;
    return (['state', 'problems', 'metrics'] as const).filter((what) => due[what]).join(' ');
  });
}

describe('what is worth due', () => {
  it('is the first result', () => {
    expect(reports([0, SERVING])).toEqual(['state metrics']);
  });

  it('is nothing while nothing changes, and figures once a minute', () => {
    expect(reports([0, SERVING], [1_000, SERVING], [59_999, SERVING], [60_000, SERVING], [61_000, SERVING])).toEqual([
      'state metrics',
      '',
      '',
      'metrics',
      '',
    ]);
  });

  it('is a change at once, with its figures and what failed', () => {
    expect(reports([0, SERVING], [1_000, BROKEN], [2_000, BROKEN], [3_000, SERVING])).toEqual([
      'state metrics',
      'state problems metrics',
      '',
      'state metrics',
    ]);
  });

  it('is a failure that lasts, once a minute, and one that fails otherwise than before', () => {
    const silent: CheckResult = { ...BROKEN, problems: [{ probe: 'database', problem: 'no answer within 1200 ms' }] };

    expect(reports([0, BROKEN], [1_000, BROKEN], [2_000, silent], [61_999, silent], [62_000, silent])).toEqual([
      'state problems metrics',
      '',
      'problems',
      'metrics',
      'problems',
    ]);
  });

  it('is no matter of how long the probes took', () => {
    expect(reports([0, SERVING], [1_000, { ...SERVING, probeMs: 900 }])).toEqual(['state metrics', '']);
  });
});
