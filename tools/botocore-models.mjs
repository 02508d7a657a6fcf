/** For scripts that write tables from AWS's service models, as botocore carries them (Debian: python3-botocore). */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** @returns version and folder of the first botocore: of the Python on the PATH, of Debian's own, within Debian's awscli */
export function findModels() {
  const programs = process.env.PYTHON ? [process.env.PYTHON] : ['python3', '/usr/bin/python3'];
  for (const program of programs) {
    for (const module of ['botocore', 'awscli.botocore']) {
      const code = `import ${module} as b; print(b.__version__, b.__path__[0], sep="\\n")`;
      const { status, stdout } = spawnSync(program, ['-c', code], { encoding: 'utf8' });
      if (status === 0) return stdout.trim().split('\n');
    }
  }
  return fail(
    `${programs.join(' and ')} have no botocore. Install python3-botocore or awscli of Debian 13 or newer, or name another Python by PYTHON=<program>.`,
  );
}

/** @param folder of botocore @returns version and content of a service's newest model; undefined where there is none */
export function readModel(folder, name) {
  const versions = join(folder, 'data', name);
  if (!existsSync(versions)) return undefined;
  const apiVersion = readdirSync(versions).sort().at(-1);
  const file = join(versions, apiVersion, 'service-2.json');
  const text = existsSync(file) ? readFileSync(file) : gunzipSync(readFileSync(`${file}.gz`));
  return { apiVersion, ...JSON.parse(text.toString('utf8')) };
}

/** Ends the script, which the message names. */
export function fail(message) {
  process.stderr.write(`${basename(process.argv[1], '.mjs')}: ${message}\n`);
  process.exit(1);
}
