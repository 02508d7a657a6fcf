/** Regions are cut off from each other, or without a quorum, and what is deployed comes to what the model says. */
import { playRows } from './live-rows';

describe('what is deployed', () => {
  playRows([
    'both regions are alive, and cut off from each other',
    'both regions are alive, and cut off from each other, and the one that holds goes dark',
    'the region that holds is cut off from both others',
    'the other region and the witness go dark',
    'the region that holds and the witness go dark, and the witness is back after minutes',
  ]);
});
