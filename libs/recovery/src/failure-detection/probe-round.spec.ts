import { DEFAULT_RECOVERY_SETTINGS } from '../recovery-settings';
import { assessRound, type Probe, type ProbeRound } from './probe-round';

const SETTINGS = { ...DEFAULT_RECOVERY_SETTINGS.detection, latencyLimitMs: 1_500 };

const answered = (via: string, latencyMs = 40): Probe => ({ via, outcome: 'answered', latencyMs });
const failed = (via: string): Probe => ({ via, outcome: 'failed', latencyMs: 3 });
const silent = (via: string): Probe => ({ via, outcome: 'silent', latencyMs: 2_000 });
const unknown = (via: string): Probe => ({ via, outcome: 'unknown', latencyMs: 5 });

const GOOD: ProbeRound = {
  observer: 'controller-1',
  sequence: 1,
  observedAtMs: 100_000,
  shallow: [answered('us-east-1a'), answered('us-east-1b')],
  deep: [answered('peering'), answered('public')],
  control: [answered('table'), answered('witness')],
};

const grade = (changes: Partial<ProbeRound>) => assessRound({ ...GOOD, ...changes }, SETTINGS);

describe('assessRound', () => {
  it('calls a round good in which every probe is answered in time', () => {
    expect(grade({})).toEqual({ grade: 'good', shape: 'none' });
  });

  it('calls a primary bad that lets every probe run into its timeout: a black hole', () => {
    expect(
      grade({ shallow: [silent('us-east-1a'), silent('us-east-1b')], deep: [silent('peering'), silent('public')] }),
    ).toEqual({ grade: 'bad', shape: 'black-hole' });
  });

  it('calls a primary bad that refuses every probe at once: a fast error', () => {
    expect(
      grade({ shallow: [failed('us-east-1a'), failed('us-east-1b')], deep: [failed('peering'), failed('public')] }),
    ).toEqual({ grade: 'bad', shape: 'fast-error' });
  });

  it.each<[string, Partial<ProbeRound>]>([
    ['deep', { shallow: [silent('us-east-1a')], deep: [silent('peering'), failed('public')] }],
    ['shallow', { shallow: [failed('us-east-1a')], deep: [silent('peering'), silent('public')] }],
  ])('calls it a fast error when one %s probe is refused and the others are silent', (_level, probes) => {
    expect(grade(probes)).toEqual({ grade: 'bad', shape: 'fast-error' });
  });

  it('calls it a black hole when there is nothing shallow to try and every deep probe is silent', () => {
    expect(grade({ shallow: [], deep: [silent('peering')] })).toEqual({ grade: 'bad', shape: 'black-hole' });
  });

  it.each([failed, silent])('calls a primary bad that answers shallow probes and no deep one', (failing) => {
    expect(
      grade({ shallow: [answered('us-east-1a'), silent('us-east-1b')], deep: [failing('peering'), failing('public')] }),
    ).toEqual({ grade: 'bad', shape: 'deep-failure' });
  });

  it.each([failed, silent])('calls a primary degraded that some zones or paths do not reach', (failing) => {
    expect(grade({ deep: [answered('peering'), failing('public')] })).toEqual({
      grade: 'degraded',
      shape: 'some-zones',
    });
  });

  it('calls a primary degraded that answers at the latency limit', () => {
    expect(grade({ deep: [answered('peering', 40), answered('public', 1_500)] })).toEqual({
      grade: 'degraded',
      shape: 'latency',
    });
  });

  it('calls a primary good that answers just below the latency limit', () => {
    expect(grade({ deep: [answered('peering', 1_499), answered('public', 1_499)] })).toEqual({
      grade: 'good',
      shape: 'none',
    });
  });

  it('names the zones that fail rather than the latency of the others', () => {
    expect(grade({ deep: [answered('peering', 9_000), silent('public')] })).toEqual({
      grade: 'degraded',
      shape: 'some-zones',
    });
  });

  it.each([failed, silent])('calls a primary degraded whose entry fails while it finds itself able', (failing) => {
    expect(grade({ shallow: [failing('us-east-1a'), failing('us-east-1b')] })).toEqual({
      grade: 'degraded',
      shape: 'entry-failure',
    });
  });

  it.each([failed, silent])('calls a primary degraded whose entry fails in some zones', (failing) => {
    expect(grade({ shallow: [failing('us-east-1a'), answered('us-east-1b')] })).toEqual({
      grade: 'degraded',
      shape: 'some-zones',
    });
  });

  it('calls a primary degraded whose entry answers at the latency limit', () => {
    expect(grade({ shallow: [answered('us-east-1a'), answered('us-east-1b', 1_500)] })).toEqual({
      grade: 'degraded',
      shape: 'latency',
    });
  });

  it('goes by the deep probes alone when there is nothing shallow to try', () => {
    expect(grade({ shallow: [] })).toEqual({ grade: 'good', shape: 'none' });
  });

  it.each<[string, readonly Probe[]]>([
    ['is silent', [silent('table'), silent('witness')]],
    ['is refused', [failed('table'), failed('witness')]],
    ['was tried', []],
  ])('says nothing of the primary when nothing answers and no control probe %s', (_what, control) => {
    expect(grade({ shallow: [silent('us-east-1a')], deep: [silent('peering')], control })).toEqual({
      grade: 'void',
      shape: 'none',
    });
  });

  it('believes its silence when one of the control probes is answered', () => {
    expect(
      grade({
        shallow: [silent('us-east-1a')],
        deep: [silent('peering')],
        control: [silent('table'), answered('witness')],
      }),
    ).toEqual({ grade: 'bad', shape: 'black-hole' });
  });

  it.each<[string, Partial<ProbeRound>]>([
    ['every deep probe is throttled, and the entry serves', { deep: [unknown('peering'), unknown('public')] }],
    [
      'every deep probe is throttled, and the entry serves nobody',
      { shallow: [failed('us-east-1a')], deep: [unknown('peering')] },
    ],
    ['one deep probe is throttled, and the others fail', { deep: [unknown('peering'), failed('public')] }],
    ['the entry is throttled', { shallow: [unknown('us-east-1a'), failed('us-east-1b')] }],
  ])('does not know when %s', (_what, probes) => {
    expect(grade(probes)).toEqual({ grade: 'unknown', shape: 'none' });
  });

  it('calls a primary bad that answers no deep probe, though its entry is throttled', () => {
    expect(grade({ shallow: [unknown('us-east-1a')], deep: [silent('peering')] })).toEqual({
      grade: 'bad',
      shape: 'fast-error',
    });
  });

  it('calls a round good in which some probes are throttled, and all others are answered', () => {
    expect(grade({ shallow: [answered('us-east-1a'), unknown('us-east-1b')] })).toEqual({
      grade: 'good',
      shape: 'none',
    });
    expect(grade({ deep: [answered('peering'), unknown('public')] })).toEqual({ grade: 'good', shape: 'none' });
  });

  it('says nothing of the primary when no deep probe was tried', () => {
    expect(grade({ shallow: [silent('us-east-1a')], deep: [] })).toEqual({ grade: 'void', shape: 'none' });
  });
});
