/** A failover that Aurora reports is sent to the people of the region that takes over. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FailoverGlobalClusterCommand, RDSClient } from '@aws-sdk/client-rds';
import { TestAccount } from './workspace';

const [EAST, WEST] = ['us-east-1', 'us-west-2'];

const account = TestAccount.deployed('local');
beforeAll(() => account.start());
afterAll(() => account.dispose());

it('that writes of a dark writer could not be blocked, by the topic of the alarms about data', async () => {
  const rds = new RDSClient({
    endpoint: account.endpoint,
    region: WEST,
    credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
  });
  await account.sandbox('fault', `--dark=${EAST}`);
  await rds.send(
    new FailoverGlobalClusterCommand({
      GlobalClusterIdentifier: 'dr-local-trading',
      TargetDbClusterIdentifier: `arn:aws:rds:${WEST}:000000000000:cluster:dr-local-trading-${WEST}`,
      AllowDataLoss: true,
    }),
  );
  rds.destroy();

  const folder = join(account.sandboxHome, 'account', WEST, 'sns/sns_message');
  const messages = readdirSync(folder).map(
    (file) => JSON.parse(readFileSync(join(folder, file), 'utf8')).attributes as Readonly<Record<string, string>>,
  );
  const reported = messages.filter(({ message }) => message?.includes('RDS-EVENT-0391'));
  expect(reported).toMatchObject([
    {
      topic_arn: `arn:aws:sns:${WEST}:000000000000:dr-local-data-alarms`,
      message: expect.stringContaining(
        `Attempt to block writes for DB cluster dr-local-trading-${EAST} in Region ${EAST} timed out.`,
      ),
    },
  ]);
});
