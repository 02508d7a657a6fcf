/** Second failures, and failures of what watches, happen to the deployed platform, and come to what the model says. */
import { playRows } from './live-rows';

describe('what is deployed', () => {
  playRows([
    // The writer has moved within the cooldown: 300 s in the model, 600 s in what is deployed.
    { name: 'the region that took over goes dark minutes after the first one is back', commands: ['approve'] },
    'the region that takes over goes dark while it drains, and the first one is back after 40 s',
    'metrics of the other region have aged, and the region goes dark',
    'its controller is not scheduled any more',
    'the witness goes dark',
  ]);
});
