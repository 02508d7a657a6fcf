import { decideTelling, type Told } from './decide-telling';
import type { Finding } from './region-check';

const SERVING: Finding = {
  health: { able: true, serving: true, reasons: [] },
  latch: 'released',
  problems: [],
  probeMs: 20,
};
const BROKEN: Finding = {
  health: { able: false, serving: false, reasons: ['database is not reachable'] },
  latch: 'released',
  problems: [{ probe: 'database', problem: 'ECONNREFUSED' }],
  probeMs: 3,
};

/** What is told of findings, each at its time in ms. */
function tellings(...findings: readonly (readonly [atMs: number, finding: Finding])[]): string[] {
  let told: Told | null = null;
  return findings.map(([atMs, finding]) => {
    const telling = decideTelling(told, finding, atMs);
    told = telling.told;
    return (['state', 'problems', 'metrics'] as const).filter((what) => telling[what]).join(' ');
  });
}

describe('what is worth telling', () => {
  it('is the first finding', () => {
    expect(tellings([0, SERVING])).toEqual(['state metrics']);
  });

  it('is nothing while nothing changes, and figures once a minute', () => {
    expect(tellings([0, SERVING], [1_000, SERVING], [59_999, SERVING], [60_000, SERVING], [61_000, SERVING])).toEqual([
      'state metrics',
      '',
      '',
      'metrics',
      '',
    ]);
  });

  it('is a change at once, with its figures and what failed', () => {
    expect(tellings([0, SERVING], [1_000, BROKEN], [2_000, BROKEN], [3_000, SERVING])).toEqual([
      'state metrics',
      'state problems metrics',
      '',
      'state metrics',
    ]);
  });

  it('is a failure that lasts, once a minute, and one that fails otherwise than before', () => {
    const silent: Finding = { ...BROKEN, problems: [{ probe: 'database', problem: 'no answer within 1200 ms' }] };

    expect(tellings([0, BROKEN], [1_000, BROKEN], [2_000, silent], [61_999, silent], [62_000, silent])).toEqual([
      'state problems metrics',
      '',
      'problems',
      'metrics',
      'problems',
    ]);
  });

  it('is a latch, and that it is not known any more', () => {
    expect(
      tellings([0, SERVING], [1_000, { ...SERVING, latch: 'latched' }], [2_000, { ...SERVING, latch: 'unknown' }]),
    ).toEqual(['state metrics', 'state metrics', 'state metrics']);
  });

  it('is no matter of how long the probes took', () => {
    expect(tellings([0, SERVING], [1_000, { ...SERVING, probeMs: 900 }])).toEqual(['state metrics', '']);
  });
});
