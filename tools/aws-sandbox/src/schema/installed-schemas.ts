import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { SchemaSource } from '../model/schema';
import { BindingsSchemaSource } from './bindings-schema-source';
import { BindingsUnreadableError } from './errors';
import { PACKED_SCHEMAS_FILE, PackedSchemas } from './packed-schemas';

const BINDINGS = '@cdktf/provider-aws';

/**
 * Schemas of the AWS provider: those of the bindings that are installed beside the sandbox, so that both speak of one
 * version; where there are none, those that were packed with it.
 *
 * @param cacheFolder where schemas derived from the bindings are kept between processes. @default nowhere
 * @throws BindingsUnreadableError where there are neither
 */
export function installedSchemas(cacheFolder?: string): SchemaSource {
  const bindingsFolder = packageFolder(BINDINGS);
  if (bindingsFolder !== undefined) return new BindingsSchemaSource({ bindingsFolder, cacheFolder });
  const packed = join(packageFolder('@dr/aws-sandbox') ?? '', PACKED_SCHEMAS_FILE);
  if (existsSync(packed)) return new PackedSchemas(packed);
  throw BindingsUnreadableError.notInstalled(`node_modules/${BINDINGS}`);
}

function packageFolder(name: string): string | undefined {
  try {
    return dirname(createRequire(__filename).resolve(`${name}/package.json`));
  } catch {
    return undefined;
  }
}
