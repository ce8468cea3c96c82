/** Runs the program from its source, for development: `npm run -s dnsacl -- zones …`. */

import { main } from '../src/cli/main.ts';

process.exitCode = await main(process.argv.slice(2));
