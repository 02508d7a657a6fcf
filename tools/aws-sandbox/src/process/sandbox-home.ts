import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import {
  makeOwnFolder,
  makePrivateFile,
  makePrivateFolder,
  makePrivateWhole,
  PrivateFolder,
} from '../account/private-folder';

/** A unix socket's path has room for 107 bytes on Linux, 103 on macOS [unix(7)]. */
const LONGEST_SOCKET_PATH_BYTES = 100;

/** Files and folders in it that hold something of the account; whatever else lies there is somebody else's. */
const KEPT = ['account', 'code', 'functions', 'logs', 'schemas', 'states', 'faults.json', 'sandbox.json'];

/** Content of `sandbox.json`: a running sandbox's process, account and endpoint. */
export interface SandboxIdentity {
  readonly pid: number;
  /** Twelve digits. */
  readonly accountId: string;
  /** `http://127.0.0.1:4577` */
  readonly endpoint: string;
  /** ISO 8601. */
  readonly startedAt: string;
}

/** The folder of a sandbox: the account itself, derived schemas, the log, and the sockets of the process that runs. */
export class SandboxHome {
  readonly folder: string;
  readonly logFile: string;
  readonly schemaCache: string;
  readonly faultFile: string;
  /** Folder of the Terraform states that the account keeps: `<environment>/<state>.tfstate`. */
  readonly states: string;
  private readonly identityFile: string;
  private readonly socketFolder: string;

  constructor(path: string) {
    this.folder = resolve(path);
    this.logFile = join(this.folder, 'sandbox.log');
    this.schemaCache = join(this.folder, 'schemas');
    this.states = join(this.folder, 'states');
    this.faultFile = join(this.folder, 'faults.json');
    this.identityFile = join(this.folder, 'sandbox.json');
    this.socketFolder = socketFolderOf(this.folder);
  }

  get controlSocket(): string {
    return join(this.socketFolder, 'control.sock');
  }

  /** Folder of the sockets that stand for databases. */
  get databaseSockets(): string {
    return this.socketFolder;
  }

  /** The socket that Terraform in a work folder is served on. */
  terraformSocket(workFolder: string): string {
    return join(this.socketFolder, `terraform-${shortHash(resolve(workFolder))}.sock`);
  }

  /** Makes its folders and the log, and takes from other users what an older version left open to them. */
  create(): void {
    makePrivateFolder(this.folder);
    makeOwnFolder(this.socketFolder);
    makePrivateFile(this.logFile);
    for (const name of KEPT) makePrivateWhole(join(this.folder, name));
  }

  writeIdentity(identity: SandboxIdentity): void {
    new PrivateFolder(this.folder).replace(this.identityFile, `${JSON.stringify(identity, null, 2)}\n`);
  }

  forgetIdentity(): void {
    rmSync(this.identityFile, { force: true });
    rmSync(this.socketFolder, { recursive: true, force: true });
  }
}

/** In the folder itself; where that path is too long for a socket, in the system's folder for temporary files. */
function socketFolderOf(folder: string): string {
  const inside = join(folder, 'sockets');
  const longest = join(inside, `terraform-${shortHash('')}.sock`);
  return Buffer.byteLength(longest) <= LONGEST_SOCKET_PATH_BYTES
    ? inside
    : join(tmpdir(), `dr-sandbox-${userInfo().uid}-${shortHash(folder)}`);
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
