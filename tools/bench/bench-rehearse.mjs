import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { figure, median, secondsOf } from './measure.mjs';

const LOCAL = 'libs/environments/src/environments/local.ts';

/**
 * A rehearsal of a change that alters every state, by a tag of all resources: the whole platform is deployed twice. In a
 * clone, with the packages of this workspace; its programs are bundled before, and nothing is synthesized.
 */
export async function benchRehearse({ workspace, env, rounds, say }) {
  const home = mkdtempSync(join(tmpdir(), 'dr-bench-rehearse-'));
  const clone = join(home, 'clone');
  const seconds = [];
  try {
    await secondsOf('git', ['clone', '--quiet', workspace, clone], { cwd: workspace, env });
    linkPackages(workspace, clone);
    const stacks = (...args) => secondsOf(process.execPath, ['tools/stacks-cli/bin.mjs', ...args], { cwd: clone, env });
    await stacks('--help');
    for (let round = 0; round < rounds; round++) {
      const settings = readFileSync(join(clone, LOCAL), 'utf8');
      const changed = settings.replace(/costCentre: '[^']*'/, `costCentre: 'round-${round}'`);
      if (changed === settings) throw new Error(`${LOCAL}: no costCentre, expected one to change`);
      writeFileSync(join(clone, LOCAL), changed);
      seconds.push(await stacks('rehearse', '--base=HEAD'));
      say(`rehearsal, round ${round + 1} of ${rounds}: ${seconds.at(-1).toFixed(2)} s`);
    }
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
  return [figure('rehearsal of a change of every state', median(seconds), 's', { atMost: 40, values: seconds })];
}

/** Links the packages, whose own programs are those of the clone. */
function linkPackages(workspace, clone) {
  const [shared, own] = [workspace, clone].map((root) => join(root, 'node_modules'));
  mkdirSync(own);
  for (const entry of readdirSync(shared)) {
    if (['.bin', '@dr'].includes(entry)) {
      cpSync(join(shared, entry), join(own, entry), { recursive: true, verbatimSymlinks: true });
    } else symlinkSync(join(shared, entry), join(own, entry));
  }
}
