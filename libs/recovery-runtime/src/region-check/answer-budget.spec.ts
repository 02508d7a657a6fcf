import {
  COLD_START_MS,
  PROBE_BUDGET_MS,
  ROUTE_53_ANSWER_MS,
  slowestAnswerMs,
  slowestTableCallMs,
  TABLE_CALL,
  RESULT_LIFETIME_MS,
  WAY_MS,
} from './answer-budget';

describe('the time for an answer', () => {
  it("is within Route 53's two seconds, also where a cold function finds nothing that answers", () => {
    expect(ROUTE_53_ANSWER_MS).toBe(2_000);
    expect(slowestAnswerMs()).toBeLessThan(2_000);
    // Nobody makes room for longer probes by assuming less of the others.
    expect(COLD_START_MS).toBeGreaterThanOrEqual(500);
    expect(WAY_MS).toBeGreaterThanOrEqual(250);
  });

  it('leaves both attempts of a read their time within the budget of a probe', () => {
    expect(TABLE_CALL.attempts).toBe(2);
    // And to the first call of a process, which loads parts of the SDK and asks for credentials.
    expect(slowestTableCallMs()).toBeLessThanOrEqual(PROBE_BUDGET_MS - 200);
    expect(TABLE_CALL.connectMs).toBeLessThan(TABLE_CALL.answerMs);
  });

  it('is spent anew no sooner than a second after the last look', () => {
    expect(RESULT_LIFETIME_MS).toBeGreaterThanOrEqual(1_000);
    // A verdict that outlived the interval of the checkers would answer two of their rounds.
    expect(RESULT_LIFETIME_MS).toBeLessThan(10_000);
  });
});
