import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import type { Account } from '../account/account';
import { PrivateFolder } from '../account/private-folder';
import { AwsError } from '../model/aws-error';
import { randomUuid } from '../model/random-id';

/**
 * Unpacks code that the account keeps, once.
 *
 * @param hash as `CodeStore.add` returned it
 * @returns the folder. @throws AwsError where the code is not there, or is no zip
 */
export function unpackCode({ account, home }: { readonly account: Account; readonly home: string }, hash: string) {
  const folder = new PrivateFolder(join(home, 'functions')).fileOf(
    Buffer.from(hash, 'base64').toString('hex').slice(0, 16),
  );
  if (existsSync(folder)) return folder;
  const archive = account.code.read(hash);
  if (archive === undefined) {
    throw new AwsError('InvalidParameterValueException', `The code of the function, ${hash}, is not in the account.`);
  }
  const draft = `${folder}.${randomUuid()}`;
  try {
    unpackInto(new PrivateFolder(draft), archive);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    const reason = error instanceof Error ? error.message : String(error);
    throw new AwsError('InvalidParameterValueException', `Could not unzip uploaded file: ${reason}`);
  }
  try {
    renameSync(draft, folder);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

function unpackInto(folder: PrivateFolder, archive: Uint8Array): void {
  for (const [name, content] of Object.entries(unzipSync(archive))) {
    const names = name.split('/').filter((step) => step !== '.');
    if (!name.endsWith('/')) folder.replace(folder.fileOf(...names), Buffer.from(content));
  }
}
