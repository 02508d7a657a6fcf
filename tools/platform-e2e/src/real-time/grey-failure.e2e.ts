/** A primary that is healthy, and does not serve everybody: DNS and people act, and no database is moved. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sandbox } from '@dr/aws-sandbox';
import { answeredRegion, secondsUntil } from '../observed';
import { TestAccount } from '../workspace';

const account = TestAccount.deployed('local');
afterAll(() => account.dispose());

let sandbox: Sandbox;
const LOG = join(account.sandboxHome, 'logs/us-west-2/dr-local-failover-controller.log');

const answered = () => answeredRegion(sandbox);
const untilHolds = (what: string, holds: () => Promise<boolean> | boolean) => secondsUntil(what, 120, holds);

/** Lines of the controller's log, as Powertools writes them. */
function logged(): readonly Record<string, unknown>[] {
  const lines = existsSync(LOG) ? readFileSync(LOG, 'utf8').split('\n') : [];
  return lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Record<string, unknown>);
}

const saysOfPrimary = (verdict: string, why: RegExp) => () =>
  logged().some(
    ({ message, watched, why: said }) => message === 'situation' && watched === verdict && why.test(String(said)),
  );

const fault = (...options: string[]) => account.sandbox('fault', ...options);

beforeAll(async () => {
  await account.start();
  sandbox = await account.connect();
  await sandbox.setAutomation(true);
  await untilHolds('the primary is answered', async () => (await answered()) === 'us-east-1');
});

describe('a zone that fails alone', () => {
  it('is told of by the controller and by the status, and takes nobody over', async () => {
    await fault('--zone=us-east-1b');

    await untilHolds('the controller sees it', saysOfPrimary('degraded', /some-zones/));
    const status = await account.type('npx --no-install recovery status');
    await fault('--clear');

    expect(status.output).toContain('local: served by us-east-1\n');
    expect(status.output).toContain('serves clients at 2 of 3 addresses of its entry');
    expect(status.output).toMatch(/epoch +1, held by us-east-1/);
  });
});

describe('an entry that fails', () => {
  it('is left by DNS within the objective, with its database where it is', async () => {
    await fault('--fail=ServiceUnavailable', '--service=elasticloadbalancing', '--region=us-east-1');

    const seconds = await untilHolds('DNS leaves it', async () => (await answered()) === 'us-west-2');
    await untilHolds('the controller sees it', saysOfPrimary('degraded', /entry-failure/));
    const status = await account.type('npx --no-install recovery status');

    // A resolver keeps the answer for 10 s more, a client its patience.
    expect(seconds).toBeLessThan(60 - 10 - 5);
    expect(status.output).toContain('local: served by us-west-2, no SQL writes: us-east-1 does not serve\n');
    expect(status.output).toContain('primary: healthy');
    expect(status.output).toContain('; serves nobody at its entry (entry-failure)');
    expect(status.output).toContain(
      'next         us-east-1 is degraded (entry-failure): run evacuate if it cannot be repaired soon, which loses nothing.',
    );
    expect(status.output).toMatch(/epoch +1, held by us-east-1/);
    expect(status.output).toContain('database     writer in us-east-1, idle');
  });

  it('is in the metric that people are alarmed by', async () => {
    await untilHolds('a run of the controller ends', () =>
      logged().some(({ PrimaryDegraded: values }) => [values].flat().includes(1)),
    );
  });

  it('is come back to by DNS alone, once it serves', async () => {
    await fault('--clear');

    await untilHolds('DNS comes back', async () => (await answered()) === 'us-east-1');
    const status = await account.type('npx --no-install recovery status');

    expect(status.output).toContain('local: served by us-east-1\n');
    expect(status.output).toMatch(/epoch +1, held by us-east-1/);
  });
});
