/** Part b, reading from a real domain controller: nearly all of the time is the server's own. */

import { join } from 'node:path';
import { type Bench, labOf } from './bench.ts';
import { checkNames, namesOf } from './checks.ts';
import { DHCP, dnsacl, impacket, labLogin, ldapsearch } from './commands.ts';
import { runInTurns } from './measure.ts';
import { type Row, ratioRow } from './rows.ts';
import { ZONES } from './size.ts';

/** Reads page by page over one connection, as ldapsearch does. */
const PAGED: readonly string[] = ['--page-size', '1000'];
/** Reads in the fastest way that the server allows, which is what it does unless told otherwise. */
const FASTEST: readonly string[] = [];

export async function measureLive(bench: Bench): Promise<readonly Row[]> {
  const login = labLogin(labOf(bench));
  const audit = ['audit', '-z', ZONES.large, ...DHCP, '-f', 'ndjson'];
  const large = {
    ldapsearch: ldapsearch(login, ZONES.large),
    paged: dnsacl(login, [...audit, ...PAGED]),
    fastest: dnsacl(login, [...audit, ...FASTEST]),
  };
  const few = {
    owners: dnsacl(login, ['owners', '-z', ZONES.few, '-f', 'ndjson']),
    impacket: impacket(login, ZONES.few),
    ldapsearch: ldapsearch(login, ZONES.few),
  };
  for (const [what, command, zone] of [
    ['live audit, paged', large.paged, ZONES.large],
    ['live audit, fastest', large.fastest, ZONES.large],
    ['live owners', few.owners, ZONES.few],
  ] as const) {
    const stdout = join(bench.folders.work, 'answer.txt');
    await bench.runner.run({ ...command, stdout });
    await checkNames(bench.check, what, stdout, await namesOf(bench.folders.capture, zone));
  }
  const samples = { ...(await runInTurns(bench.runner, large, bench.rounds)) };
  const fewSamples = await runInTurns(bench.runner, few, bench.rounds);
  const rival = { name: 'ldapsearch', samples: samples.ldapsearch };
  const usual = { name: 'ldap3 + impacket', samples: fewSamples.impacket };
  return [
    ratioRow('audit -f ndjson, live, paged', samples.paged, rival, 1.1),
    ratioRow('audit -f ndjson, live, fastest way', samples.fastest, rival, 0.65),
    ratioRow(`owners -f ndjson of ${bench.size.fewNames}, live`, fewSamples.owners, usual, 1 / 12),
    ratioRow(
      `owners -f ndjson of ${bench.size.fewNames}, live`,
      fewSamples.owners,
      { name: 'ldapsearch', samples: fewSamples.ldapsearch },
      null,
    ),
  ];
}
