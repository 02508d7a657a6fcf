import { join, resolve } from 'node:path';
import { PrivateFolder } from '../account/private-folder';
import { type Identity, makeAuthority } from './certificate';

/** Certificate authority that signs those of an account's databases; made when it is first asked for. */
export class DatabaseAuthority {
  private readonly files: PrivateFolder;

  /** @param home folder of the account */
  constructor(home: string) {
    this.files = new PrivateFolder(join(resolve(home), 'databases'));
  }

  /** Path of its certificate, for who trusts it. */
  get file(): string {
    this.identity();
    return this.certificateFile;
  }

  identity(): Identity {
    const { certificateFile, files } = this;
    const keyFile = files.fileOf('rds-ca.key');
    if (!files.has(certificateFile)) {
      const made = makeAuthority(new Date());
      files.replace(keyFile, made.key);
      files.replace(certificateFile, made.certificate);
    }
    return { certificate: String(files.read(certificateFile)), key: String(files.read(keyFile)) };
  }

  private get certificateFile(): string {
    return this.files.fileOf('rds-ca.pem');
  }
}
