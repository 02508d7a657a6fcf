import { Automation } from './automation';

describe('automation', () => {
  it('ticks while it is on, and forgets when it is turned', async () => {
    let [ticks, forgotten] = [0, 0];
    const automation = new Automation([{ tick: () => void ticks++, forget: () => void forgotten++ }]);
    expect(automation.isOn).toBe(false);

    automation.turn(true);
    await new Promise((resolve) => setTimeout(resolve, 700));
    automation.turn(false);
    const ticksWhenOff = ticks;
    await new Promise((resolve) => setTimeout(resolve, 700));

    expect(ticksWhenOff).toBeGreaterThanOrEqual(2);
    expect(ticks).toBe(ticksWhenOff);
    expect(forgotten).toBe(2);
  });
});
