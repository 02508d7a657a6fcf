import { initialControlRecord } from './control-record';
import { decideWritePermit, type EpochProof } from './write-permit';

const SETTINGS = { permitLeaseMs: 6_000, inFlightMs: 5_000, clockRateDriftPpm: 2_000 };

const OPEN = { ...initialControlRecord('us-east-1', 1_780_315_200_000), epoch: 3 };

/** A strongly consistent read that began at 100,000 ms. */
const PROOF: EpochProof = { record: OPEN, consistency: 'strong', readStartedAtMs: 100_000 };

describe('decideWritePermit', () => {
  it('permits the holder, and says by when the write must have ended', () => {
    expect(decideWritePermit('us-east-1', PROOF, 101_000, SETTINGS)).toEqual({
      granted: true,
      epoch: 3,
      finishByMs: 106_000,
    });
  });

  it('permits at the moment of the read', () => {
    expect(decideWritePermit('us-east-1', PROOF, 100_000, SETTINGS)).toEqual({
      granted: true,
      epoch: 3,
      finishByMs: 105_000,
    });
  });

  it('permits until a millisecond before the lease ends', () => {
    expect(decideWritePermit('us-east-1', PROOF, 105_999, SETTINGS)).toEqual({
      granted: true,
      epoch: 3,
      finishByMs: 110_999,
    });
  });

  it('refuses when the lease ends', () => {
    expect(decideWritePermit('us-east-1', PROOF, 106_000, SETTINGS)).toEqual({
      granted: false,
      reason: 'write lease of epoch 3 expired: last strongly consistent read 6000 ms ago, limit 6000 ms',
    });
  });

  it('refuses before the first read', () => {
    expect(decideWritePermit('us-east-1', null, 101_000, SETTINGS)).toEqual({
      granted: false,
      reason: 'us-east-1 has not read the control record yet',
    });
  });

  it('refuses on an eventually consistent read, which may be older than a failover', () => {
    const proof: EpochProof = { ...PROOF, consistency: 'eventual' };

    expect(decideWritePermit('us-east-1', proof, 101_000, SETTINGS)).toEqual({
      granted: false,
      reason: 'the control record was read without strong consistency',
    });
  });

  it('refuses a region that does not hold the epoch', () => {
    expect(decideWritePermit('us-west-2', PROOF, 101_000, SETTINGS)).toEqual({
      granted: false,
      reason: 'epoch 3 is held by us-east-1',
    });
  });

  it('refuses the holder while writes are closed', () => {
    const proof: EpochProof = { ...PROOF, record: { ...OPEN, sqlWrites: 'closed', step: 'evacuation-draining' } };

    expect(decideWritePermit('us-east-1', proof, 101_000, SETTINGS)).toEqual({
      granted: false,
      reason: 'SQL writes are closed in epoch 3 (evacuation-draining)',
    });
  });

  it('refuses when the clock went backwards', () => {
    expect(decideWritePermit('us-east-1', PROOF, 99_999, SETTINGS)).toEqual({
      granted: false,
      reason: 'the clock went backwards',
    });
  });
});
