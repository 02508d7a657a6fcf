import { HEALTHY_TEXT, type RegionHealth, SERVING_TEXT } from '@dr/recovery';

/** Answer of a function that a load balancer forwards to, or of a function URL. */
export interface HttpAnswer {
  readonly statusCode: 200 | 404 | 503;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** A load balancer takes no answer without it [Elastic Load Balancing user guide, Lambda functions as targets]. */
  readonly isBase64Encoded: false;
}

/** Whether DNS may answer the region. */
export function answerServing({ serving }: Pick<RegionHealth, 'serving'>): HttpAnswer {
  return serving ? answer(200, SERVING_TEXT) : answer(503, 'region-failing');
}

/** Whether it could serve, whoever holds: what the other region's controller and a failback ask. */
export function answerHealthy({ healthy }: Pick<RegionHealth, 'healthy'>): HttpAnswer {
  return healthy ? answer(200, HEALTHY_TEXT) : answer(503, 'region-unable');
}

/** Answer to any other path. */
export function answerUnknown(): HttpAnswer {
  return answer(404, 'unknown-path');
}

/** It says whether, never why: anybody may ask. */
function answer(statusCode: HttpAnswer['statusCode'], body: string): HttpAnswer {
  return {
    statusCode,
    headers: { 'content-type': 'text/plain', 'cache-control': 'no-store' },
    body,
    isBase64Encoded: false,
  };
}
