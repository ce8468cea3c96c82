/** Part d, the smallest pieces: what one descriptor costs, and what starting costs. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bench } from './bench.ts';
import { DNSACL_VERSION, NODE_ALONE } from './commands.ts';
import { runInTurns } from './measure.ts';
import type { MicroAnswer } from './micro.ts';
import { microRow, type Row, ratioRow } from './rows.ts';
import { startReplay } from './servers.ts';

/** Starting takes so little that a few runs would not tell much. */
const STARTS_PER_ROUND = 4;
/** Names of one zone inherit alike. */
const MOST_TAILS = 4;

export async function measureMicro(bench: Bench): Promise<readonly Row[]> {
  const answer = await runMicro(bench);
  bench.check(
    'micro: descriptors',
    answer.descriptors,
    (found) => found >= bench.size.names,
    `${bench.size.names} or more`,
  );
  bench.check(
    'micro: inherited parts decoded',
    answer.tails,
    (found) => found <= MOST_TAILS,
    `at most ${MOST_TAILS}`,
  );
  const starts = await runInTurns(
    bench.runner,
    { version: DNSACL_VERSION, node: NODE_ALONE },
    bench.rounds * STARTS_PER_ROUND,
  );
  return [
    microRow('decode owner and explicit ACEs', answer.decode, 1.2),
    microRow('judge a name', answer.judge, null),
    microRow('format a judged name as ndjson', answer.format, null),
    ratioRow('dnsacl --version', starts.version, { name: 'node -e 0', samples: starts.node }, 1.5),
  ];
}

async function runMicro(bench: Bench): Promise<MicroAnswer> {
  const replay = await startReplay(bench.folders.capture, 1, bench.certificate);
  try {
    const stdout = join(bench.folders.work, 'micro.json');
    const script = join(import.meta.dirname, 'micro.ts');
    await bench.runner.run({ argv: [process.execPath, script, String(replay.clearPort)], stdout });
    return JSON.parse(await readFile(stdout, 'utf8')) as MicroAnswer;
  } finally {
    await replay.close();
  }
}
