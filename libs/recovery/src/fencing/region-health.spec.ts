import { type ControlRecord, initialControlRecord } from './control-record';
import { assessRegionHealth, type DeepCheck } from './region-health';

const INITIAL = initialControlRecord('us-east-1', 1_780_315_200_000);
const UNLATCHED: ControlRecord = { ...INITIAL, version: 5 };
const LATCHED: ControlRecord = { ...INITIAL, version: 6, latchedRegion: 'us-east-1' };

const WELL: DeepCheck = { databaseReachable: true, tableReadable: true, known: UNLATCHED, read: UNLATCHED };

describe('assessRegionHealth', () => {
  it('serves when it reaches its database and the table', () => {
    expect(assessRegionHealth('us-east-1', WELL)).toEqual({ healthy: true, serving: true, reasons: [] });
  });

  it('is not healthy without its database', () => {
    expect(assessRegionHealth('us-east-1', { ...WELL, databaseReachable: false })).toEqual({
      healthy: false,
      serving: false,
      reasons: ['database is not reachable'],
    });
  });

  it('is not healthy without the table', () => {
    expect(assessRegionHealth('us-east-1', { ...WELL, tableReadable: false, read: null })).toEqual({
      healthy: false,
      serving: false,
      reasons: ['control table is not readable'],
    });
  });

  it('is healthy but does not serve while it is latched, so that a failback can be checked beforehand', () => {
    expect(assessRegionHealth('us-east-1', { ...WELL, read: LATCHED })).toEqual({
      healthy: true,
      serving: false,
      reasons: ['us-east-1 is latched'],
    });
  });

  it('remembers its latch when an older record is read', () => {
    expect(assessRegionHealth('us-east-1', { ...WELL, known: LATCHED, read: UNLATCHED })).toEqual({
      healthy: true,
      serving: false,
      reasons: ['us-east-1 is latched'],
    });
  });

  it('serves while the other region is latched', () => {
    expect(assessRegionHealth('us-west-2', { ...WELL, known: LATCHED, read: LATCHED })).toEqual({
      healthy: true,
      serving: true,
      reasons: [],
    });
  });

  it('names every reason', () => {
    const nothingWorks = { databaseReachable: false, tableReadable: false, known: LATCHED, read: null };

    expect(assessRegionHealth('us-east-1', nothingWorks)).toEqual({
      healthy: false,
      serving: false,
      reasons: ['database is not reachable', 'control table is not readable', 'us-east-1 is latched'],
    });
  });

  it('assesses without a record that it never read', () => {
    expect(assessRegionHealth('us-east-1', { ...WELL, known: null, read: null })).toEqual({
      healthy: true,
      serving: true,
      reasons: [],
    });
  });
});
