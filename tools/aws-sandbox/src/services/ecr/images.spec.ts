import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TerraformClient } from '../../testing/terraform-client';
import { findImage, parseImageName, pushImage } from './images';

const REGISTRY = '000000000000.dkr.ecr.us-east-1.amazonaws.com';

let terraform: TerraformClient;
let folder: string;

beforeEach(() => {
  terraform = new TerraformClient();
  folder = mkdtempSync(join(tmpdir(), 'dr-image-'));
  writeFileSync(join(folder, 'main.js'), '1');
});

afterEach(() => {
  terraform.close();
  rmSync(terraform.home, { recursive: true, force: true });
  rmSync(folder, { recursive: true });
});

const push = (image = `${REGISTRY}/orders:1`, entry = 'main.js') => pushImage(terraform.account, image, folder, entry);
const refusalOf = (...given: Parameters<typeof push>) => {
  try {
    push(...given);
    return 'none';
  } catch (error) {
    return (error as Error).message;
  }
};

it('is kept under its name, and taken anew where its tag may be moved', () => {
  terraform.apply('aws_ecr_repository', { name: 'orders' });
  const found = () => findImage(terraform.account, { region: 'us-east-1', repository: 'orders', tag: '1' });

  expect(push()).toEqual(['us-east-1']);
  const first = found();
  push();
  expect(found()).toEqual(first);
  writeFileSync(join(folder, 'main.js'), '2');
  push();
  expect(found()?.code).not.toBe(first?.code);
});

it('is refused another content under a tag that cannot be moved', () => {
  terraform.apply('aws_ecr_repository', { name: 'orders', image_tag_mutability: 'IMMUTABLE' });
  push();

  expect(refusalOf()).toBe('none');
  writeFileSync(join(folder, 'main.js'), '2');
  expect(refusalOf()).toBe('tag 1 of orders has another image, and its tags cannot be moved. Push a new tag.');
});

it('wants a repository, a name and a program', () => {
  expect(refusalOf()).toBe('us-east-1 has no repository orders. Deploy the stack that makes it first.');
  expect(refusalOf('orders:1')).toBe(
    "image is orders:1, expected <account>.dkr.ecr.<region>.amazonaws.com/<repository>:<tag>. Take repository_url of the repository's state.",
  );
  expect(refusalOf(undefined, 'server.js')).toBe(
    `${folder} has no server.js, expected the file that node is started with. Build it, or name it.`,
  );
});

it('is named by region, repository and tag', () => {
  expect(parseImageName(`${REGISTRY}/team/orders:1.2`)).toEqual({
    region: 'us-east-1',
    repository: 'team/orders',
    tag: '1.2',
  });
  expect(parseImageName('public.ecr.aws/docker/library/node:22')).toBeUndefined();
});
