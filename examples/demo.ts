/**
 * The program on the bundled snapshot, offline: who owns the names, what a grant would change, the plan applied to a
 * copy, and the same questions again. Run it with `npm run demo`.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../src/cli/main.ts';

const SNAPSHOT = join(import.meta.dirname, 'corp.example.com.ldif.gz');

const folder = await mkdtemp(join(tmpdir(), 'dnsacl-demo-'));
const [plan, after] = [join(folder, 'plan.json'), join(folder, 'after.ldif.gz')];
const ZONE = ['-z', 'corp.example.com', '--dhcp-account', 'dhcp_update'];
const STEPS: readonly { readonly say: string; readonly args: readonly string[] }[] = [
  {
    say: 'Which zones are there, and which take nonsecure updates?',
    args: ['zones', '--snapshot', SNAPSHOT],
  },
  { say: 'Who owns the names?', args: ['owners', ...ZONE, '--snapshot', SNAPSHOT, '--summary'] },
  {
    say: 'Which of them would stop updating under "Secure only"?',
    args: ['audit', ...ZONE, '--snapshot', SNAPSHOT, '--summary'],
  },
  {
    say: 'What has to be granted? Nothing is changed by asking.',
    args: ['grant', ...ZONE, '--snapshot', SNAPSHOT, '--plan', plan],
  },
  {
    say: 'Apply the plan, here to a copy of the snapshot.',
    args: ['apply', plan, '--snapshot', SNAPSHOT, '--write-snapshot', after, '--max-change', '60%', '--yes'],
  },
  {
    say: 'The owners are what they were: a grant never changes them.',
    args: ['owners', ...ZONE, '--snapshot', after, '--summary'],
  },
  { say: 'But the names are ready now.', args: ['audit', ...ZONE, '--snapshot', after, '--summary'] },
  { say: 'And nothing is left to grant.', args: ['grant', ...ZONE, '--snapshot', after] },
];

try {
  for (const { say, args } of STEPS) {
    const shown = args.map((arg) =>
      arg.replace(`${folder}/`, '').replace(SNAPSHOT, 'examples/corp.example.com.ldif.gz'),
    );
    process.stdout.write(`\n# ${say}\n$ dnsacl ${shown.join(' ')}\n`);
    const code = await main([...args, '--quiet']);
    if (code !== 0) throw new Error(`dnsacl ${args[0]} ended with exit code ${code}`);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
