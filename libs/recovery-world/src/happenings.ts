import { COMMAND_NAMES, STEPS } from '@dr/recovery';
import { CHANGE_FATES } from './global-database';
import { MISHAPS, PARTS, REGIONS, SERVING_REGIONS } from './network';
import type { World } from './world';

const LONGEST_STEP_MS = 400_000;

/** Sender of the messages that are lost, late or refused. */
const SPOILED = [
  { who: 'controller', services: ['table', 'database', 'metrics', 'sql', 'health function', 'notices'] },
  { who: 'service', services: ['table', 'sql'] },
  { who: 'health function', services: ['table', 'sql'] },
] as const;

/** Events that the world can have, by a sentence: a run is replayed from its sentences. */
export const HAPPENINGS: Readonly<Record<string, (world: World) => void | Promise<void>>> = Object.fromEntries([
  ...[100, 700, 1_500, 5_000, 12_000, 18_000, 40_000, 150_000, 600_000].map((ms) => [
    `${ms / 1_000} s pass`,
    (world: World) => world.time.pass(ms, () => world.violation !== null),
  ]),
  ...STEPS.map((step) => [
    `time passes until the step is ${step}`,
    (world: World) => world.time.pass(LONGEST_STEP_MS, () => world.violation !== null || world.record.step === step),
  ]),
  ...REGIONS.flatMap((region) => [
    [`${region} goes dark`, (world: World) => world.darken(region)],
    [`${region} is back`, (world: World) => world.bringBack(region)],
    [`${region} is slow`, (world: World) => void world.network.slow.add(region)],
    [`${region} is fast again`, (world: World) => world.quicken(world.network.slow, region)],
    ...REGIONS.filter((other) => other > region).flatMap((other) => [
      [
        `${region} and ${other} are cut off from each other`,
        (world: World) => world.network.setCut(region, other, true),
      ],
      [`${region} and ${other} are in touch again`, (world: World) => world.network.setCut(region, other, false)],
    ]),
  ]),
  ...SERVING_REGIONS.flatMap((region) => [
    ...PARTS.flatMap((part) => [
      [`${part} of ${region} breaks`, (world: World) => world.network.setBroken(region, part, true)],
      [`${part} of ${region} is repaired`, (world: World) => world.network.setBroken(region, part, false)],
    ]),
    [`controllers of ${region} are killed`, (world: World) => world.killControllers(region)],
    [`the controller of ${region} is invoked besides`, (world: World) => world.invoke(region)],
    [`the health function of ${region} begins anew`, (world: World) => world.renewHealthFunction(region)],
    ...[3_000, 6_500, 8_000, 30_000].flatMap((ms) => [
      [
        `controllers of ${region} are suspended for ${ms / 1_000} s`,
        (world: World) => world.suspend('controllers', region, ms),
      ],
      [
        `the service of ${region} is suspended for ${ms / 1_000} s`,
        (world: World) => world.suspend('service', region, ms),
      ],
      ...(['table', 'metrics'] as const).map((service) => [
        `the controller of ${region} that next reads the ${service} is suspended for ${ms / 1_000} s`,
        (world: World) => world.network.pauseAfter(`controller in ${region}`, service, ms),
      ]),
    ]),
    ...SPOILED.flatMap(({ services, who }) =>
      services.flatMap((service) =>
        MISHAPS.map((mishap) => [
          `the next ${service} message of the ${who} of ${region}: ${mishap}`,
          (world: World) => world.network.spoil(`${who} in ${region}`, service, mishap),
        ]),
      ),
    ),
    [`statements in ${region} are slow`, (world: World) => void world.database.slowStatements.add(region)],
    [`statements in ${region} are fast again`, (world: World) => world.quicken(world.database.slowStatements, region)],
    ...[60_000, 600_000].map((ms) => [
      `Aurora's API in ${region} shows an old state for ${ms / 1_000} s`,
      (world: World) => world.database.showsOldStateIn(region, ms),
    ]),
    [`${region} holds from the begin`, (world: World) => world.beginIn(region)],
    [`${region} must hold the epoch`, (world: World) => world.requireHolder(region)],
    [`${region} must be answered`, (world: World) => world.requireAnswered(region)],
  ]),
  ["somebody deletes the ledger's item", (world: World) => world.table.lose()],
  ['replication stalls', (world: World) => void (world.database.stalled = true)],
  ['replication goes on', (world: World) => void (world.database.stalled = false)],
  ...CHANGE_FATES.map((fate) => [`Aurora's next change ${fate}`, (world: World) => void (world.database.fate = fate)]),
  ['Aurora refuses promotions', (world: World) => void (world.database.refusesPromotions = true)],
  ['Aurora promotes again', (world: World) => void (world.database.refusesPromotions = false)],
  ['the region that was left behind is rebuilt', (world: World) => world.database.rebuild()],
  ['clocks are at their worst', (world: World) => world.worsenClocks()],
  ['wall clocks of new processes are hours ahead', (world: World) => void (world.wallOffsetMs = 10_000_000)],
  ['wall clocks of new processes are hours behind', (world: World) => void (world.wallOffsetMs = -10_000_000)],
  ['wall clocks of new processes are right', (world: World) => void (world.wallOffsetMs = 0)],
  ...COMMAND_NAMES.map((command) => [`the operator runs ${command}`, (world: World) => world.command(command)]),
  [
    "the operator's machine sleeps for 60 s after its next read",
    (world: World) => world.network.pauseAfter('operator', 'table', 60_000),
  ],
  ['clients must be served', (world: World) => world.requireServed()],
  ['nothing must be lost', (world: World) => world.requireNoLoss()],
  ['people must be told', (world: World) => world.requireTold()],
  ['people must know of writes', (world: World) => world.requireNotice('SQL writes fail')],
  ['people must know of the cut', (world: World) => world.requireNotice('cut off')],
  ['people must know that clients are led away', (world: World) => world.requireNotice('clients are led away')],
  ['people must know that there is no place to go', (world: World) => world.requireNotice('no place to go')],
  ['people must know of an entry', (world: World) => world.requireNotice('entry fails')],
  ['every fault ends', (world: World) => world.heal()],
] as const);
