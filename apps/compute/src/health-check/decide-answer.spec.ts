import { decideAnswer, type RegionState } from './decide-answer';

const SERVING: RegionState = { health: { able: true, serving: true }, latch: 'released' };
const LATCHED: RegionState = { health: { able: true, serving: false }, latch: 'latched' };
const BROKEN: RegionState = { health: { able: false, serving: false }, latch: 'unknown' };

describe('the answer to a checker', () => {
  it.each<[string, RegionState, number, string]>([
    ['/', SERVING, 200, 'region-serving'],
    ['/', LATCHED, 503, 'region-failing'],
    ['/', BROKEN, 503, 'region-failing'],
    ['/able', SERVING, 200, 'region-able'],
    ['/able', LATCHED, 200, 'region-able'],
    ['/able', BROKEN, 503, 'region-unable'],
    ['/latch', LATCHED, 200, 'region-latched'],
    ['/latch', SERVING, 503, 'region-unlatched'],
  ])('at %s of %j is %d %s', (path, state, statusCode, body) => {
    expect(decideAnswer(path, state)).toMatchObject({ statusCode, body });
  });

  it('at /latch is no latch while the table is out of reach: the primary must not fall with the standby', () => {
    expect(decideAnswer('/latch', BROKEN).body).toBe('region-unlatched');
  });

  it('never holds the text that a checker looks for when it means the contrary', () => {
    expect(decideAnswer('/', BROKEN).body).not.toContain('region-serving');
    expect(decideAnswer('/latch', SERVING).body).not.toContain('region-latched');
  });

  it.each(['', '/latch/', '/admin'])('at %j is that there is nothing', (path) => {
    expect(decideAnswer(path, SERVING)).toMatchObject({ statusCode: 404, body: 'unknown-path' });
  });

  it('is kept by no cache', () => {
    expect(decideAnswer('/', SERVING).headers).toEqual({ 'content-type': 'text/plain', 'cache-control': 'no-store' });
  });
});
