import { answerHealthy, answerServing, answerUnknown } from './decide-answer';

describe('the answer to a checker', () => {
  it.each([
    ['of a region that serves', answerServing({ serving: true }), 200, 'region-serving'],
    ['of one that does not', answerServing({ serving: false }), 503, 'region-failing'],
    ['of one that could serve', answerHealthy({ healthy: true }), 200, 'region-able'],
    ['of one that could not', answerHealthy({ healthy: false }), 503, 'region-unable'],
    ['of anything else', answerUnknown(), 404, 'unknown-path'],
  ])('%s is %j', (_what, answer, statusCode, body) => {
    expect(answer).toEqual({
      statusCode,
      headers: { 'content-type': 'text/plain', 'cache-control': 'no-store' },
      body,
      isBase64Encoded: false,
    });
  });

  it('never holds the text that a checker looks for when it means the contrary', () => {
    expect(answerServing({ serving: false }).body).not.toContain('region-serving');
  });
});
