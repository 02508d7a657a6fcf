import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pushService } from './push-service';

const folder = mkdtempSync(join(tmpdir(), 'dr-drill-'));
const bundle = join(folder, 'dist/tools/trade-service');
afterEach(() => rmSync(join(folder, 'dist'), { recursive: true, force: true }));
afterAll(() => rmSync(folder, { recursive: true }));

const platform = {
  environment: 'local',
  settings: { regions: { primary: 'us-east-1' } },
  targets: { secretArn: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:orders' },
};
const pushImage = jest.fn<Promise<readonly string[]>, [image: string, folder: string]>();
let said: string[];
beforeEach(() => {
  said = [];
  pushImage.mockReset();
});

const push = () => pushService('dr', platform, { pushImage }, folder, (line) => said.push(line));

function build(): void {
  mkdirSync(bundle, { recursive: true });
  writeFileSync(join(bundle, 'main.js'), '');
}

it('pushes the image that the deployed tasks name, in the region that holds', async () => {
  build();
  pushImage.mockResolvedValue(['us-east-1', 'us-west-2']);

  expect(await push()).toBe(true);
  expect(pushImage).toHaveBeenCalledWith(
    '000000000000.dkr.ecr.us-east-1.amazonaws.com/dr-local-trade:bootstrap',
    bundle,
  );
  expect(said).toEqual([]);
});

it('says in one line that the service is not built, and pushes nothing', async () => {
  expect(await push()).toBe(false);
  expect(pushImage).not.toHaveBeenCalled();
  expect(said).toEqual([
    'the drill sends no orders: the reference service is not built. Build it with: npx nx build trade-service',
  ]);
});

it('leaves the image of a team alone', async () => {
  build();
  pushImage.mockRejectedValue(new Error('tag bootstrap of dr-local-trade has another image.'));

  expect(await push()).toBe(false);
  expect(said).toEqual(['the drill sends no orders: tag bootstrap of dr-local-trade has another image.']);
});
