import { reportLine } from './report-line';

const WARM = {
  requestId: '3f8ab2c1-0000-4000-a000-000000000000',
  durationMs: 79.674,
  memoryMb: 512,
  maxMemoryMb: 73,
  initMs: undefined,
};

describe('the line that ends an invocation', () => {
  it('says of a warm one how long it took, rounded up for the bill, and its memory', () => {
    expect(reportLine(WARM)).toBe(
      'REPORT RequestId: 3f8ab2c1-0000-4000-a000-000000000000\tDuration: 79.67 ms\tBilled Duration: 80 ms\tMemory Size: 512 MB\tMax Memory Used: 73 MB\t',
    );
  });

  it('says of a cold one how long loading took, which is billed', () => {
    expect(reportLine({ ...WARM, initMs: 130.2 })).toBe(
      'REPORT RequestId: 3f8ab2c1-0000-4000-a000-000000000000\tDuration: 79.67 ms\tBilled Duration: 210 ms\tMemory Size: 512 MB\tMax Memory Used: 73 MB\tInit Duration: 130.20 ms\t',
    );
  });
});
