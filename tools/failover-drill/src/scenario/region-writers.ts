import { setTimeout as sleep } from 'node:timers/promises';

/** Between two tries of a writer, ms. */
const PERIOD_MS = 500;

/** A SQL write that was acknowledged, in the region and by the permit of the epoch that it was made with. */
export interface EpochWrite {
  readonly region: string;
  readonly epoch: number;
  /** On one clock, ms. */
  readonly atMs: number;
}

/**
 * Writers of both regions, each of which tries all the time whatever DNS says: as a service does whose clients have kept an
 * address, or that was paused.
 */
export class RegionWriters {
  readonly acknowledged: EpochWrite[] = [];
  private stopped = false;
  private loops: readonly Promise<void>[] = [];

  /** @param write one SQL write behind the fence of a region, with the epoch of its permit. */
  constructor(
    private readonly regions: readonly string[],
    private readonly write: (region: string) => Promise<number>,
  ) {}

  start(): void {
    this.loops = this.regions.map((region) => this.repeat(region));
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.loops);
  }

  private async repeat(region: string): Promise<void> {
    while (!this.stopped) {
      const epoch = await this.write(region).catch(() => null);
      if (epoch !== null) this.acknowledged.push({ region, epoch, atMs: performance.now() });
      await sleep(PERIOD_MS);
    }
  }
}

/**
 * Time in which two regions wrote: from the first write of an epoch to the last of another region's in an epoch before it, or
 * in the same one.
 *
 * @returns ms; 0 where each epoch's writes began after those before it had ended
 */
export function twoWritersMs(writes: readonly EpochWrite[]): number {
  const overlaps = writes.flatMap((earlier) =>
    writes
      .filter(({ epoch, region }) => region !== earlier.region && epoch >= earlier.epoch)
      .map(({ atMs }) => earlier.atMs - atMs),
  );
  return Math.max(0, ...overlaps);
}
