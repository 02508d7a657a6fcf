/** First failures of the recovery matrix happen to the deployed platform, and come to what the model says. */
import { playRows } from './live-rows';

describe('what is deployed', () => {
  playRows([
    'a region goes dark',
    'a region is dark for 18 s',
    'its health function fails',
    'its way to the table fails',
    'an entry fails while its database is sound',
    'a writer refuses every statement while its region is sound',
  ]);
});
