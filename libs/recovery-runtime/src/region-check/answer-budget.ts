/** Route 53 waits this long for a status once it is connected. Documented [Route 53 developer guide, health checks]. */
export const ROUTE_53_ANSWER_MS = 2_000;

/**
 * Time, ms, that Lambda needs before it first calls the handler. Assumed: cold starts of AWS last from under 100 ms
 * to over a second [AWS Lambda developer guide, execution environments]; the part that is ours, loading the bundle, is
 * measured by `tools/platform-e2e` and by `npm run bench`.
 */
export const COLD_START_MS = 500;

/** The way from a checker to the function and back, ms. Assumed: one round trip of the farthest checkers. */
export const WAY_MS = 250;

/** Longest time that the probes of a look may take, all at once, ms. */
export const PROBE_BUDGET_MS = 1_200;

/**
 * How long a verdict answers further questions, ms: a region is asked by some 15 checkers every interval, on two paths,
 * and by two controllers, but its database and its table once in this time by each running copy of the function.
 */
export const RESULT_LIFETIME_MS = 1_000;

/**
 * Calls to the control table. A connection that a frozen environment kept is often gone when it is used again, so that a
 * second attempt is due; both fit into the probe's budget with the SDK's pause of up to 100 ms between them. It pauses
 * longer after a throttled one, which is an answer and comes at once.
 */
export const TABLE_CALL = { attempts: 2, connectMs: 300, answerMs: 450, pauseMs: 100 } as const;

/** Longest time from a checker's connection to its answer, ms. */
export function slowestAnswerMs(): number {
  return COLD_START_MS + PROBE_BUDGET_MS + WAY_MS;
}

/** Longest time that the SDK spends on one read of the control table, ms. */
export function slowestTableCallMs(): number {
  const { answerMs, attempts, pauseMs } = TABLE_CALL;
  return attempts * answerMs + (attempts - 1) * pauseMs;
}
