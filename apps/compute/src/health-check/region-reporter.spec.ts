import type { CheckResult } from '@dr/recovery-runtime';
import { RegionReporter } from './region-reporter';

const LATCHED: CheckResult = {
  health: { healthy: true, serving: false, reasons: ['us-west-2 holds the epoch'] },
  problems: [],
  probeMs: 21,
};
const BROKEN: CheckResult = {
  health: { healthy: false, serving: false, reasons: ['database is not reachable', 'control table is not readable'] },
  problems: [
    { probe: 'database', problem: 'ECONNREFUSED' },
    { probe: 'control table', problem: 'ThrottlingException' },
  ],
  probeMs: 1_200,
};

function reporterAt() {
  const lines: unknown[] = [];
  const published: Record<string, readonly number[]>[] = [];
  let stored: Record<string, number[]> = {};
  let nowMs = 0;
  const reporter = new RegionReporter('us-east-1', {
    log: (level, message, fields) => lines.push({ level, message, ...fields }),
    measure: (name, value) => (stored[name] ??= []).push(value),
    publish: () => {
      published.push(stored);
      stored = {};
    },
    clock: () => nowMs,
  });
  return { reporter, lines, published, at: (ms: number) => (nowMs = ms) };
}

describe('due of a region', () => {
  it('is one line for a state, with its figures', () => {
    const { lines, published, reporter } = reporterAt();

    reporter.report(LATCHED);

    expect(lines).toEqual([
      {
        level: 'info',
        message: 'region state',
        region: 'us-east-1',
        healthy: true,
        serving: false,
        reasons: ['us-west-2 holds the epoch'],
      },
    ]);
    expect(published).toEqual([{ RegionAble: [1], RegionServing: [0], ProbeMilliseconds: [21] }]);
  });

  it('warns of every probe that failed, by the name of its error', () => {
    const { lines, published, reporter } = reporterAt();

    reporter.report(BROKEN);

    expect(lines.slice(1)).toEqual([
      { level: 'warn', message: 'probe failed', region: 'us-east-1', probe: 'database', problem: 'ECONNREFUSED' },
      {
        level: 'warn',
        message: 'probe failed',
        region: 'us-east-1',
        probe: 'control table',
        problem: 'ThrottlingException',
      },
    ]);
    expect(published).toEqual([{ RegionAble: [0], RegionServing: [0], ProbeMilliseconds: [1_200] }]);
  });

  it('publishes once a minute what the looks of that minute took, each once however many questions it answered', () => {
    const { at, lines, published, reporter } = reporterAt();
    reporter.report(LATCHED);
    for (let second = 1; second <= 60; second++) {
      at(second * 1_000);
      const result = { ...LATCHED, probeMs: second };
      for (let question = 0; question < 3; question++) reporter.report(result);
    }

    expect(lines).toHaveLength(1);
    expect(published).toHaveLength(2);
    expect(published[1]).toEqual({
      ProbeMilliseconds: Array.from({ length: 60 }, (_, index) => index + 1),
      RegionAble: [1],
      RegionServing: [0],
    });
  });
});
