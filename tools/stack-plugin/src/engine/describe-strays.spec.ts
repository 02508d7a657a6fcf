import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordedState } from '../records/records';
import { describeStrays } from './describe-strays';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'dr-strays-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const STATE = 'network-us-east-1';
const applying = {
  state: STATE,
  region: 'us-east-1',
  record: { stack: 'network', owner: 'network-team', by: 'ada', at: '2026-11-27T00:00:00.000Z', outcome: 'applying' },
} as unknown as RecordedState;
const manifest = { states: [{ name: STATE }] } as never;

/** The line about the state, whose last apply has left a log in this clone or not. */
async function lineWith(log: string | undefined): Promise<string> {
  mkdirSync(join(folder, STATE), { recursive: true });
  if (log !== undefined) writeFileSync(join(folder, STATE, 'apply.log'), log);
  const records = { states: new Map([[STATE, applying]]), dark: new Set<string>(), refused: new Map<string, string>() };
  const destination = { environment: 'prod', account: 'aws' };
  const lines = await describeStrays(records, [manifest], new Set(), destination, (state) => join(folder, state));
  return lines.join('\n');
}

const begun = JSON.stringify({
  type: 'apply_start',
  hook: { resource: { addr: 'aws_vpc.A', resource_type: 'aws_vpc' }, action: 'create' },
});
const ended = JSON.stringify({
  type: 'change_summary',
  changes: { add: 1, change: 0, remove: 0, operation: 'apply' },
});

describe('a state whose record says that its deploy has not ended', () => {
  const SAYS =
    'network-us-east-1: the deploy of ada, begun 2026-11-27T00:00:00.000Z, has not ended. Where nobody is deploying, it died: ';

  it('is reconciled where its apply was killed here', async () => {
    expect(await lineWith(begun)).toBe(`${SAYS}npx --no-install stacks reconcile network-us-east-1 -c prod`);
  });

  it('is deployed again where its apply ended here', async () => {
    expect(await lineWith(`${begun}\n${ended}`)).toBe(`${SAYS}deploy it again`);
  });

  it('is looked at by tags and names where its log is elsewhere', async () => {
    expect(await lineWith(undefined)).toBe(
      `${SAYS}what it made and left in no state is looked for by tags and names with npx --no-install stacks reconcile network-us-east-1 -c prod (type it where the deploy ran: its log is there, and names more)`,
    );
  });
});
