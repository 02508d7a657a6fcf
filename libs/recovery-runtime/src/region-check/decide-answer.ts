import { HEALTHY_TEXT, LATCHED_TEXT, type LatchAnswer, type RegionHealth, SERVING_TEXT } from '@dr/recovery';

/** Answer of a Lambda function URL. */
export interface HttpAnswer {
  readonly statusCode: 200 | 404 | 503;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Whether DNS may answer the region. */
export function answerServing({ serving }: Pick<RegionHealth, 'serving'>): HttpAnswer {
  return serving ? answer(200, SERVING_TEXT) : answer(503, 'region-failing');
}

/** Whether it could serve, also while it is latched: what the other region's controller and a failback ask. */
export function answerHealthy({ healthy }: Pick<RegionHealth, 'healthy'>): HttpAnswer {
  return healthy ? answer(200, HEALTHY_TEXT) : answer(503, 'region-unable');
}

/**
 * Whether the other region's record must fail. Only a latch that is known makes it; a table out of reach does not, since
 * that would take the primary down with the standby.
 */
export function answerLatch(latch: LatchAnswer): HttpAnswer {
  return latch === 'latched' ? answer(200, LATCHED_TEXT) : answer(503, 'region-unlatched');
}

/** Answer to any other path. */
export function answerUnknown(): HttpAnswer {
  return answer(404, 'unknown-path');
}

/** It says whether, never why: anybody may ask. */
function answer(statusCode: HttpAnswer['statusCode'], body: string): HttpAnswer {
  return { statusCode, headers: { 'content-type': 'text/plain', 'cache-control': 'no-store' }, body };
}
