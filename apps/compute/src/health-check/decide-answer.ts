/** What the probes of one region found. */
export interface RegionObservation {
  /** A read of the region's replica of the table answered in time. */
  readonly tableReadable: boolean;
}

/** Answer of a Lambda function URL. */
export interface HttpAnswer {
  readonly statusCode: 200 | 503;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The text that Route 53 looks for. */
export const SERVING_TEXT = 'region-serving';
const FAILING_TEXT = 'region-failing';

/** The answer to Route 53's checkers: it says whether, never why; anybody may ask. */
export function decideAnswer({ tableReadable }: RegionObservation): HttpAnswer {
  return {
    statusCode: tableReadable ? 200 : 503,
    headers: { 'content-type': 'text/plain', 'cache-control': 'no-store' },
    body: tableReadable ? SERVING_TEXT : FAILING_TEXT,
  };
}
