/** Writes the JSON Schemas into schemas/. Run it after a change of what the program writes: `node scripts/schemas.ts` */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { schemaFiles } from './schemas/schema-files.ts';

const FOLDER = join(import.meta.dirname, '..', 'schemas');

mkdirSync(FOLDER, { recursive: true });
for (const [name, text] of schemaFiles()) writeFileSync(join(FOLDER, name), text);
