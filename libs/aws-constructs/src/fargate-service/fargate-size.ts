/** Smallest, largest and step of a task's memory in MB, by CPU units [ECS developer guide, Fargate task sizes]. */
const MEMORY_OF_CPU: Readonly<Record<number, readonly [least: number, most: number, step: number]>> = {
  256: [512, 2_048, 512],
  512: [1_024, 4_096, 1_024],
  1024: [2_048, 8_192, 1_024],
  2048: [4_096, 16_384, 1_024],
  4096: [8_192, 30_720, 1_024],
};

/** Problem of a task's size, as `<param> is <got>, expected <want>`; undefined when Fargate has that size. */
export function problemOfFargateSize(cpuUnits: number, memoryMb: number): string | undefined {
  const memory = MEMORY_OF_CPU[cpuUnits];
  if (memory === undefined) {
    return `cpuUnits is ${cpuUnits}, expected one of ${Object.keys(MEMORY_OF_CPU).join(', ')}`;
  }
  const [least, most, step] = memory;
  // The smallest task has 512, 1,024 and 2,048 MB, and no 1,536.
  const fits = memoryMb >= least && memoryMb <= most && memoryMb % step === 0 && memoryMb !== 1_536;
  return fits
    ? undefined
    : `memoryMb is ${memoryMb}, expected ${cpuUnits === 256 ? '512, 1024 or 2048' : `a multiple of ${step} from ${least} to ${most}`} for ${cpuUnits} CPU units`;
}
