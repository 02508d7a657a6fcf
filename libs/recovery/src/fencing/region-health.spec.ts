import { type ControlRecord, initialControlRecord } from './control-record';
import { assessRegionHealth, type DeepCheck } from './region-health';

const INITIAL = initialControlRecord('us-east-1', 1_780_315_200_000);
const HOLDS: ControlRecord = { ...INITIAL, version: 5 };
const LOST: ControlRecord = { ...INITIAL, version: 6, epoch: 2, holder: 'us-west-2' };

const WELL: DeepCheck = { databaseReachable: true, tableReadable: true, known: HOLDS, read: HOLDS };

describe('assessRegionHealth', () => {
  it('serves when it reaches its database and the table', () => {
    expect(assessRegionHealth('us-east-1', 'us-east-1', WELL)).toEqual({ healthy: true, serving: true, reasons: [] });
  });

  it('is not healthy without its database', () => {
    expect(assessRegionHealth('us-east-1', 'us-east-1', { ...WELL, databaseReachable: false })).toEqual({
      healthy: false,
      serving: false,
      reasons: ['database is not reachable'],
    });
  });

  it('is not healthy without the table', () => {
    expect(assessRegionHealth('us-east-1', 'us-east-1', { ...WELL, tableReadable: false, read: null })).toEqual({
      healthy: false,
      serving: false,
      reasons: ['control table is not readable'],
    });
  });

  it('is healthy but does not serve while the other region holds, so that a failback can be checked beforehand', () => {
    expect(assessRegionHealth('us-east-1', 'us-east-1', { ...WELL, read: LOST })).toEqual({
      healthy: true,
      serving: false,
      reasons: ['us-west-2 holds the epoch'],
    });
  });

  it('remembers who holds when an older record is read', () => {
    expect(assessRegionHealth('us-east-1', 'us-east-1', { ...WELL, known: LOST, read: HOLDS })).toEqual({
      healthy: true,
      serving: false,
      reasons: ['us-west-2 holds the epoch'],
    });
  });

  it('serves while the preferred region does not hold', () => {
    expect(assessRegionHealth('us-west-2', 'us-east-1', { ...WELL, known: LOST, read: LOST })).toEqual({
      healthy: true,
      serving: true,
      reasons: [],
    });
  });

  it('serves in the other region whoever holds: it is answered whenever the preferred one is not', () => {
    expect(assessRegionHealth('us-west-2', 'us-east-1', WELL).serving).toBe(true);
  });

  it('names every reason', () => {
    const nothingWorks = { databaseReachable: false, tableReadable: false, known: LOST, read: null };

    expect(assessRegionHealth('us-east-1', 'us-east-1', nothingWorks)).toEqual({
      healthy: false,
      serving: false,
      reasons: ['database is not reachable', 'control table is not readable', 'us-west-2 holds the epoch'],
    });
  });

  it('assesses without a record that it never read', () => {
    expect(assessRegionHealth('us-east-1', 'us-east-1', { ...WELL, known: null, read: null })).toEqual({
      healthy: true,
      serving: true,
      reasons: [],
    });
  });
});
