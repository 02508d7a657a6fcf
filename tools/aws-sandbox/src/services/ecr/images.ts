import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { zipSync } from 'fflate';
import type { Account } from '../../account/account';
import type { AccountView } from '../../model/account-view';
import { blocks, text } from '../../model/attribute-values';
import type { ResourceRecord } from '../../model/resource-record';

/** An image by the parts of its name: `<account>.dkr.ecr.<region>.amazonaws.com/<repository>:<tag>`. */
export interface ImageName {
  readonly region: string;
  readonly repository: string;
  readonly tag: string;
}

/** Contents of an image of the account: a Node.js program, without a file system of its own around it. */
export interface ImageContents {
  /** Hash by which the account keeps its files. */
  readonly code: string;
  /** File that node is started with, in the image's folder: `main.js`. */
  readonly entry: string;
}

/** @returns undefined for the name of an image that no registry of AWS's has */
export function parseImageName(image: string): ImageName | undefined {
  const [, region = '', repository = '', tag = 'latest'] =
    /^\d{12}\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com\/([a-z0-9._/-]+)(?::([\w.-]+))?$/.exec(image) ?? [];
  return repository === '' ? undefined : { region, repository, tag };
}

/** Whether somebody pushed an image to the repository: a service of one that is empty runs nothing. */
export function hasImages(account: AccountView, { region, repository }: ImageName): boolean {
  return account.findBy('ecr_image', 'repository', repository, region).length > 0;
}

/** @returns undefined where no image has that tag */
export function findImage(account: AccountView, { region, repository, tag }: ImageName): ImageContents | undefined {
  const record = account.find('ecr_image', region, `${repository}:${tag}`);
  return record && { code: text(record.attributes['code']), entry: text(record.attributes['entry']) };
}

/**
 * Puts a folder into the account as an image, and into the repositories of the same name that the registry replicates to.
 *
 * @param image full name. @param entry file in the folder that node is started with
 * @returns the regions that have it now
 * @throws Error that says what is wrong and what to do
 */
export function pushImage(account: Account, image: string, folder: string, entry: string): readonly string[] {
  const name = parseImageName(image);
  if (name === undefined) {
    throw new Error(
      `image is ${image}, expected <account>.dkr.ecr.<region>.amazonaws.com/<repository>:<tag>. Take repository_url of the repository's state.`,
    );
  }
  const files = filesIn(folder);
  if (files[entry] === undefined) {
    throw new Error(`${folder} has no ${entry}, expected the file that node is started with. Build it, or name it.`);
  }
  const repository = account.find('aws_ecr_repository', name.region, name.repository);
  if (repository === undefined) {
    throw new Error(`${name.region} has no repository ${name.repository}. Deploy the stack that makes it first.`);
  }
  // Without times: the same files are the same image.
  const code = account.code.add(Buffer.from(zipSync(files, { mtime: '1980-01-01T00:00:00' })));
  const kept = findImage(account, name);
  const isFixed = text(repository.attributes['image_tag_mutability']) === 'IMMUTABLE';
  if (isFixed && kept !== undefined && (kept.code !== code || kept.entry !== entry)) {
    throw new Error(
      `tag ${name.tag} of ${name.repository} has another image, and its tags cannot be moved. Push a new tag.`,
    );
  }
  const regions = [name.region, ...replicasOf(account, repository)];
  account.commit(
    regions.map((region) => ({
      put: {
        type: 'ecr_image',
        service: 'ecr',
        region,
        id: `${name.repository}:${name.tag}`,
        attributes: { repository: name.repository, tag: name.tag, code, entry },
      },
    })),
  );
  return regions;
}

/** Regions that images of a repository are copied to, as far as they have a repository of that name. */
function replicasOf(account: AccountView, { id, region }: ResourceRecord): readonly string[] {
  const rules = account
    .list('aws_ecr_replication_configuration', region)
    .flatMap(({ attributes }) => blocks(attributes['replication_configuration']))
    .flatMap((configuration) => blocks(configuration['rule']));
  const regions = rules
    .filter((rule) => {
      const filters = blocks(rule['repository_filter']).map((filter) => text(filter['filter']));
      return filters.length === 0 || filters.some((prefix) => id.startsWith(prefix));
    })
    .flatMap((rule) => blocks(rule['destination']).map((destination) => text(destination['region'])));
  return [...new Set(regions)].filter(
    (other) => other !== region && account.find('aws_ecr_repository', other, id) !== undefined,
  );
}

function filesIn(folder: string): Record<string, Uint8Array> {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = found.map(({ name, parentPath }) => join(parentPath, name).slice(folder.length + 1)).sort();
  return Object.fromEntries(paths.map((path) => [path.split(sep).join('/'), readFileSync(join(folder, path))]));
}
