import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { Command, type CommandContext, CommandError, wholeNumber } from '@dr/command-line';
import { type CacheTokens, createCacheServer } from './cache-server';
import type { ArtifactStore } from './stores/artifact-store';
import { BucketStore } from './stores/bucket-store';
import { FolderStore } from './stores/folder-store';

const MEBIBYTE = 1024 * 1024;
/** Shorter ones can be guessed by whoever may ask a thousand times a second for years. */
const SHORTEST_TOKEN = 32;

/** `serve`: answers until it is interrupted. */
export const serve = ({ folder, variables, print, say }: CommandContext) =>
  new Command('serve')
    .description('Answer Nx until it is interrupted; the tokens are NX_CACHE_READ_TOKEN and NX_CACHE_WRITE_TOKEN')
    .requiredOption('--store <place>', 'Where artifacts are kept: s3://<bucket>/<prefix>, or a folder')
    .option('--port <number>', 'Port to listen on, 0 for any free one', wholeNumber, 3_000)
    .option('--host <address>', 'Address to listen on; put TLS in front of any but loopback', '127.0.0.1')
    .option('--largest-mib <number>', 'Largest artifact that is taken', wholeNumber, 1_024)
    .option(
      '--kept-days <number>',
      'Days after which a folder forgets what was not read; a bucket has its lifecycle',
      wholeNumber,
      14,
    )
    .action(async ({ store, port, host, largestMib, keptDays }) => {
      const server = createCacheServer({
        store: await openStore(store, folder, keptDays),
        tokens: tokensOf(variables),
        largestBytes: largestMib * MEBIBYTE,
        onDefect: (text) => say(`${new Date().toISOString()} ${text}`),
      });
      server.listen(port, host);
      await once(server, 'listening');
      print(`remote cache ready: http://${host}:${(server.address() as AddressInfo).port}, kept in ${store}`);
      await Promise.race((['SIGINT', 'SIGTERM'] as const).map((signal) => once(process, signal)));
      server.close();
    });

function openStore(place: string, folder: string, keptDays: number): ArtifactStore | Promise<ArtifactStore> {
  const [, bucket, prefix = ''] = /^s3:\/\/([a-z0-9][a-z0-9.-]{2,62})(?:\/(.*))?$/.exec(place) ?? [];
  if (bucket !== undefined)
    return new BucketStore(bucket, prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`);
  if (place.includes('://')) throw new CommandError(`--store ${place}: expected s3://<bucket>/<prefix> or a folder.`);
  return FolderStore.open(resolve(folder, place), keptDays);
}

function tokensOf(variables: NodeJS.ProcessEnv): CacheTokens {
  const token = (name: string) => {
    const value = variables[name] ?? '';
    if (value.length >= SHORTEST_TOKEN && !/\s/.test(value)) return value;
    throw new CommandError(
      `${name}: expected a secret of at least ${SHORTEST_TOKEN} characters without blanks. Make one: openssl rand -hex 32`,
    );
  };
  const tokens = { read: token('NX_CACHE_READ_TOKEN'), write: token('NX_CACHE_WRITE_TOKEN') };
  if (tokens.read !== tokens.write) return tokens;
  throw new CommandError('The two tokens are the same: whoever reads could write. Make another: openssl rand -hex 32');
}
