import { layoutGraph } from './layout-graph';
import type { Overview } from './overview';
import { OVERVIEW_OF_TWO } from './testing';

type Region = Overview['regions'][number];

it('has a lane a region, and boxes that lie in it beneath those that they read, apart from each other', async () => {
  const { boxes, lanes, links, width, height } = await layoutGraph(OVERVIEW_OF_TWO);
  const box = (id: string) => boxes.find((each) => each.id === id);
  const [network, data, west] = ['network us-east-1', 'data us-east-1', 'network us-west-2'].map(box);

  expect(lanes.map(({ region, role }) => [region, role])).toEqual([
    ['us-east-1', 'primary'],
    ['us-west-2', 'standby'],
  ]);
  expect(boxes).toHaveLength(3);
  for (const { region, x, width: own, y, height: tall } of boxes) {
    const lane = lanes.find((each) => each.region === region);
    expect(x).toBeGreaterThan(lane?.x ?? Infinity);
    expect(x + own).toBeLessThan((lane?.x ?? 0) + (lane?.width ?? 0));
    expect(y + tall).toBeLessThan(height);
  }
  expect((network?.y ?? 0) + (network?.height ?? 0)).toBeLessThan(data?.y ?? 0);
  expect((lanes[0]?.x ?? 0) + (lanes[0]?.width ?? 0)).toBeLessThan(west?.x ?? 0);
  expect(width).toBe((lanes[1]?.x ?? 0) + (lanes[1]?.width ?? 0));
  expect(links.map(({ from, to, isAcross }) => [from, to, isAcross])).toEqual([
    ['network us-east-1', 'data us-east-1', false],
    ['network us-west-2', 'data us-east-1', true],
  ]);
});

it('has the witness last, so that no arrow between serving regions passes behind it', async () => {
  const [primary, standby] = OVERVIEW_OF_TWO.regions as [Region, Region];
  const { lanes } = await layoutGraph({
    ...OVERVIEW_OF_TWO,
    regions: [primary, { name: 'us-east-2', role: 'witness' }, standby],
  });

  expect(lanes.map(({ role }) => role)).toEqual(['primary', 'standby', 'witness']);
});
