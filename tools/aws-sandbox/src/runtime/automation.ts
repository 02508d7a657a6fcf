/** Part of an account that acts as time passes. */
export interface Ticking {
  /** Does what is due; returns at once. */
  tick(): void;
  forget(): void;
}

const PERIOD_MS = 500;

/** Schedules, health checks and alarms, on or off as a whole. While off, an account changes by calls alone. */
export class Automation {
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly parts: readonly Ticking[]) {}

  get isOn(): boolean {
    return this.timer !== undefined;
  }

  turn(on: boolean): void {
    if (on === this.isOn) return;
    clearInterval(this.timer);
    this.timer = undefined;
    for (const part of this.parts) part.forget();
    if (!on) return;
    for (const part of this.parts) part.tick();
    this.timer = setInterval(() => {
      for (const part of this.parts) part.tick();
    }, PERIOD_MS).unref();
  }

  close(): void {
    this.turn(false);
  }
}
