/**
 * Is dnsacl right? Names with descriptors of every kind are laid down, `dnsacl why` says of three accounts who can
 * update each of them, and then a real DNS server is asked by real signed updates. Every pair must agree, except
 * where Samba is known not to follow the specification: those are listed in the cases, with the reason.
 */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { CASES, layCases, ZONES } from '../support/accuracy/all-cases.ts';
import { askServer, fqdnOf } from '../support/accuracy/ask.ts';
import { type AccuracyCase, ASKERS, type Asker } from '../support/accuracy/cases.ts';
import { liveOrSkip } from '../support/lab/gate.ts';
import { type Lab, startLab } from '../support/lab/lab.ts';
import { run } from '../support/lab/run.ts';

type Access = 'yes' | 'no' | 'unknown';

/** What `dnsacl why -f json` says about one name and one principal. */
interface Check {
  readonly fqdn: string;
  readonly principal: { readonly sid: string };
  readonly access: Access;
  readonly decidedBy: string | null;
}

const PROGRAM = join(import.meta.dirname, '../../bin/dnsacl-dev.ts');
const ASKING = Object.keys(ASKERS) as Asker[];
const PAIRS = CASES.flatMap((one) => ASKING.map((asker) => ({ one, asker })));

describe('what dnsacl says and what a DNS server does', liveOrSkip(), () => {
  let lab: Lab;
  let said: ReadonlyMap<string, Access>;
  let did: ReadonlyMap<string, Access>;

  before(async () => {
    lab = await startLab({ dnsMode: 'secure only' });
    const sids = await layCases(lab);
    said = await predict(lab, CASES, sids);
    did = await ask(lab, CASES);
  });
  after(() => lab?.stop());

  it('is what the specification says, for each name and account', () => {
    const wrong = PAIRS.filter((pair) => said.get(pairKey(pair)) !== expected(pair));
    assert.deepEqual(
      wrong.map((pair) => `${pairKey(pair)}: said ${said.get(pairKey(pair))}`),
      [],
    );
  });

  it('is what the server does, except where Samba is known to differ', (t) => {
    const differing = PAIRS.filter((pair) => said.get(pairKey(pair)) !== did.get(pairKey(pair)));
    const known = PAIRS.filter((pair) => expected(pair) !== onSamba(pair));
    t.diagnostic(`${CASES.length} names, ${PAIRS.length} pairs: ${PAIRS.length - differing.length} agree`);
    for (const pair of known) {
      const { because } = pair.one.samba ?? { because: '' };
      t.diagnostic(`${pairKey(pair)}: right is ${expected(pair)}, Samba does ${onSamba(pair)}: ${because}`);
    }
    assert.deepEqual(differing.map(pairKey), known.map(pairKey));
  });

  it('was asked about enough: every kind of answer, for each account', () => {
    assert.ok(CASES.length >= 60);
    assert.equal(new Set(CASES.map(fqdnOf)).size, CASES.length);
    for (const asker of ASKING) {
      const answers = PAIRS.filter((pair) => pair.asker === asker).map((pair) => did.get(pairKey(pair)));
      for (const answer of ['yes', 'no']) {
        assert.ok(answers.filter((each) => each === answer).length >= 30, `${asker}: ${answer}`);
      }
    }
  });

  it('needs the right to dNSTombstoned only when a name is emptied or revived', async () => {
    const fqdn = 'records-only.corp.example.com';
    const update = (command: string) =>
      lab.nsupdate({ as: ASKERS.host, zone: 'corp.example.com', commands: [command] });
    await update(`update add ${fqdn} 1200 A 10.1.1.1`);
    assert.deepEqual(await lab.lookup(fqdn, 'A'), ['10.0.0.1', '10.1.1.1']);
    await update(`update delete ${fqdn} A`);
    assert.deepEqual(await lab.lookup(fqdn, 'A'), ['10.0.0.1', '10.1.1.1']);
  });
});

/** What dnsacl says, in one run over LDAPS as the administrator. */
async function predict(
  lab: Lab,
  cases: readonly AccuracyCase[],
  sids: Readonly<Record<string, string>>,
): Promise<ReadonlyMap<string, Access>> {
  const where = ['--server', lab.address, '--user', lab.adminUpn, '--password-file', lab.passwordFile];
  const outcome = await run(process.execPath, [
    ...[PROGRAM, 'why', ...cases.map(fqdnOf), ...ASKING.flatMap((asker) => ['--as', ASKERS[asker]])],
    ...[...ZONES.flatMap((zone) => ['-z', zone]), '-f', 'json', ...where, '--ca', lab.caFile],
  ]);
  assert.equal(outcome.code, 0, outcome.stderr);
  const { checks } = JSON.parse(outcome.stdout) as { checks: readonly Check[] };
  const askerOf = new Map(ASKING.map((asker) => [sids[ASKERS[asker]], asker]));
  const said = new Map(
    checks.map(({ fqdn, principal, access }) => [`${fqdn} as ${askerOf.get(principal.sid)}`, access]),
  );
  assert.equal(said.size, cases.length * ASKING.length, 'not every pair was answered');
  const groundless = checks.filter(({ access, decidedBy }) => access === 'yes' && decidedBy === null);
  assert.deepEqual(groundless, [], 'each yes here comes from an ACE');
  return said;
}

async function ask(lab: Lab, cases: readonly AccuracyCase[]): Promise<ReadonlyMap<string, Access>> {
  const can = await askServer(lab, cases);
  return new Map(
    PAIRS.map((pair) => [pairKey(pair), can.get(fqdnOf(pair.one))?.includes(pair.asker) ? 'yes' : 'no']),
  );
}

function expected({ one, asker }: (typeof PAIRS)[number]): Access {
  if (one.unsure.includes(asker)) return 'unknown';
  return one.can.includes(asker) ? 'yes' : 'no';
}

function onSamba({ one, asker }: (typeof PAIRS)[number]): Access {
  return (one.samba?.can ?? one.can).includes(asker) ? 'yes' : 'no';
}

function pairKey({ one, asker }: (typeof PAIRS)[number]): string {
  return `${fqdnOf(one)} as ${asker}`;
}
