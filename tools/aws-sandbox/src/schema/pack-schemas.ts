import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installedSchemas } from './installed-schemas';
import { PACKED_SCHEMAS_FILE, packSchemas } from './packed-schemas';

// A program: writes the schemas of all types of the installed bindings into the folder that it is given.
const [, , folder = '.'] = process.argv;
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, PACKED_SCHEMAS_FILE), packSchemas(installedSchemas()));
