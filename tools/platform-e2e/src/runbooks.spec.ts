import { STEPS } from '@dr/recovery';
import { FAILOVER_RUNBOOK } from './runbook';

describe('the runbook of failover and failback', () => {
  it('says of every step what to do', () => {
    const table = FAILOVER_RUNBOOK.slice(
      FAILOVER_RUNBOOK.indexOf('## Steps'),
      FAILOVER_RUNBOOK.indexOf('## A degraded primary'),
    );
    const steps = [...table.matchAll(/^\| `([a-z-]+)` +\|/gm)].map(([, step]) => step);

    expect(steps.sort()).toEqual([...STEPS].sort());
  });
});
