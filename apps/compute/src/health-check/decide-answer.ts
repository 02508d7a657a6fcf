import type { LatchAnswer, RegionHealth } from '@dr/recovery';

/** Answer of a Lambda function URL. */
export interface HttpAnswer {
  readonly statusCode: 200 | 404 | 503;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a region knows of itself. */
export interface RegionState {
  readonly health: Pick<RegionHealth, 'able' | 'serving'>;
  readonly latch: LatchAnswer;
}

/** The text that Route 53 looks for at `/`. */
export const SERVING_TEXT = 'region-serving';
/** The text that Route 53's inverted check of the standby looks for at `/latch`. */
export const LATCHED_TEXT = 'region-latched';

/**
 * - `/`: whether DNS may answer the region
 * - `/able`: whether it could serve, also while it is latched: what the other region's controller and a failback ask
 * - `/latch`: whether the other region's record must fail. Only a latch that is known makes it; a table out of reach does
 *   not, since that would take the primary down with the standby
 */
const ANSWERS: Readonly<Record<string, (state: RegionState) => readonly [holds: boolean, yes: string, no: string]>> = {
  '/': ({ health }) => [health.serving, SERVING_TEXT, 'region-failing'],
  '/able': ({ health }) => [health.able, 'region-able', 'region-unable'],
  '/latch': ({ latch }) => [latch === 'latched', LATCHED_TEXT, 'region-unlatched'],
};

/** The answer to Route 53's checkers: it says whether, never why; anybody may ask. */
export function decideAnswer(path: string, state: RegionState): HttpAnswer {
  const decide = ANSWERS[path];
  if (decide === undefined) return answer(404, 'unknown-path');
  const [holds, yes, no] = decide(state);
  return holds ? answer(200, yes) : answer(503, no);
}

function answer(statusCode: HttpAnswer['statusCode'], body: string): HttpAnswer {
  return { statusCode, headers: { 'content-type': 'text/plain', 'cache-control': 'no-store' }, body };
}
