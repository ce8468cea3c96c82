/** The rooms of src/ and what each may import, checked against every import there is. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf, type Import, importsOf, readSources, type Source } from './support/source-scan.ts';

interface Room {
  /** Rooms whose functions and values may be used. */
  readonly values?: readonly string[];
  /** Rooms of which only types may be used. */
  readonly types?: readonly string[];
  readonly packages?: readonly string[];
  readonly builtins?: readonly string[];
}

/** Data flows downwards: directory -> records -> assess -> plan -> apply -> report, formats below, cli on top. */
const ROOMS: Readonly<Record<string, Room>> = {
  formats: { packages: ['csv-parse/sync'], builtins: ['node:buffer'] },
  records: { values: ['formats'], packages: ['sax'] },
  assess: { values: ['formats', 'records'] },
  plan: {
    values: ['formats', 'records', 'assess'],
    packages: ['zod'],
    builtins: ['node:crypto'],
  },
  apply: {
    values: ['formats', 'plan'],
    packages: ['zod'],
    builtins: ['node:crypto', 'node:fs', 'node:fs/promises'],
  },
  report: {
    // formats besides the types: records, times and ACEs become text by formatRdata() and the like, and a second
    // spelling of them in report/ would be the worse sin.
    values: ['formats'],
    types: ['records', 'assess', 'plan', 'apply'],
    packages: ['chalk', 'cli-table3'],
  },
  directory: {
    values: ['formats'],
    types: ['records', 'apply'],
    packages: ['ldapts', 'koffi'],
    builtins: [
      'node:crypto',
      'node:dgram',
      'node:dns/promises',
      'node:events',
      'node:fs',
      'node:fs/promises',
      'node:net',
      'node:os',
      'node:path',
      'node:stream',
      'node:stream/promises',
      'node:tls',
      'node:zlib',
    ],
  },
  cli: {
    values: ['formats', 'records', 'assess', 'plan', 'apply', 'report', 'directory'],
    packages: ['commander', 'rolldown', 'zod'],
    builtins: ['node:*'],
  },
};

/** Within its room, only these files may have it. */
const SINGLE_FILES: Readonly<Record<string, readonly string[]>> = {
  'csv-parse/sync': ['formats/csv.ts'],
  rolldown: ['cli/page-script.ts'],
  sax: ['records/dhcp-xml.ts'],
  koffi: ['directory/kerberos/native-library.ts'],
  'apply node:fs': ['apply/journal.ts'],
  'directory node:crypto': ['directory/kerberos/channel-binding.ts', 'directory/snapshot/pseudonyms.ts'],
  'apply node:fs/promises': ['apply/journal-lines.ts', 'apply/journal.ts'],
};

/** Arrows outside the table, each with its reason; one that is not used any more must go. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'directory/ldap/schema.ts -> records/account.ts':
    'ACCOUNT_ATTRIBUTES: what is asked for and what decodeAccount() reads must be one list',
  'directory/ldap/schema.ts -> records/account-health.ts':
    'HEALTH_ATTRIBUTES: what is asked for and what checkDhcpAccount() reads must be one list',
  'directory/ldap/schema.ts -> records/members.ts':
    'MEMBER_ATTRIBUTES: what is asked for and what readMembers() reads must be one list',
};

/** The only files that may touch the process, the clock and the terminal. */
const EDGE = ['cli/process-io.ts', 'cli/main.ts'];

const BANS: readonly {
  readonly what: string;
  readonly pattern: RegExp;
  readonly except: readonly string[];
}[] = [
  { what: 'console', pattern: /\bconsole\b/, except: [] },
  { what: 'process', pattern: /(?<![.\w$])process\b(?!\s*:)/, except: EDGE },
  { what: 'Date.now', pattern: /\bDate\s*\.\s*now\b/, except: EDGE },
  { what: 'new Date()', pattern: /\bnew\s+Date\b(?!\s*\(\s*[^\s)])/, except: EDGE },
  { what: 'Math.random', pattern: /\bMath\s*\.\s*random\b/, except: EDGE },
  { what: 'localeCompare', pattern: /\blocaleCompare\b/, except: [] },
  { what: 'a default export', pattern: /\bexport\s+default\b|\bas\s+default\b/, except: [] },
];

const sources = readSources(new URL('../src/', import.meta.url));
const known = new Set(sources.map((source) => source.path));
const edges = sources.flatMap((source) => importsOf(source).map((item) => ({ from: source.path, ...item })));

test('every import in src/ is an arrow of the table', () => {
  const used = new Set<string>();
  const wrong = edges
    .filter((edge) => !isAllowed(edge.from, edge))
    .map((edge) => `${edge.from} -> ${edge.target}`)
    .filter((arrow) => {
      if (!(arrow in EXCEPTIONS)) return true;
      used.add(arrow);
      return false;
    });
  assert.deepEqual(wrong, []);
  assert.deepEqual([...used], Object.keys(EXCEPTIONS));
});

test('every relative import in src/ names a file that is there, with its ending', () => {
  const missing = edges.filter((edge) => edge.relative && !known.has(edge.target));
  assert.deepEqual(
    missing.map((edge) => `${edge.from} -> ${edge.target}`),
    [],
  );
});

test('every room of the table is there, and every folder of src/ is in the table', () => {
  const folders = new Set(sources.map((source) => roomOf(source.path)).filter((room) => room !== null));
  assert.deepEqual([...folders].sort(), Object.keys(ROOMS).sort());
});

test('no file of src/ imports itself through others', () => {
  assert.deepEqual(cyclesOf(edges.filter((edge) => edge.relative)), []);
});

test('src/index.ts holds re-exports only and is imported by nobody', () => {
  assert.deepEqual(
    edges.filter((edge) => edge.target === 'index.ts').map((edge) => edge.from),
    [],
  );
  const index = sources.find((source) => source.path === 'index.ts');
  assert.doesNotMatch(codeOf(index?.text ?? ''), /\b(?:import|const|let|function|class|default)\b|\*/);
});

for (const ban of BANS) {
  test(`nothing in src/ uses ${ban.what}`, () => {
    const guilty = sources.filter(
      (source) => !ban.except.includes(source.path) && breaks(ban.pattern, source),
    );
    assert.deepEqual(
      guilty.map((source) => source.path),
      [],
    );
  });
}

test('the checks of this file see what they are meant to see', () => {
  const code = codeOf(
    `a(\`x \${console.log()} y\`); // process.exit\nconst p = '/*', q = /[\`'"]/; Date.now(); /* z */`,
  );
  assert.match(code, /console\.log/);
  assert.match(code, /Date\.now/);
  assert.doesNotMatch(code, /exit|z/);
  for (const [what, sample] of [
    ['console', 'console.log(1)'],
    ['process', 'x(process.env)'],
    ['Date.now', 'Date.now()'],
    ['new Date()', 'f(new Date( ))'],
    ['Math.random', 'Math.random()'],
    ['localeCompare', 'a.localeCompare(b)'],
    ['a default export', 'export default 1'],
  ]) {
    const ban = BANS.find((item) => item.what === what);
    assert.ok(ban !== undefined && breaks(ban.pattern, { path: '', text: sample as string }), what);
  }
  assert.ok(!breaks((BANS[3] as (typeof BANS)[number]).pattern, { path: '', text: 'new Date(0)' }));
  assert.deepEqual(
    importsOf({
      path: 'plan/a.ts',
      text: "import type { A } from './b.ts';\nexport {\n  type C,\n  d,\n} from '../formats/c.ts';\nawait import('x');\n// import 'y';",
    }),
    [
      { target: 'plan/b.ts', relative: true, typeOnly: true },
      { target: 'formats/c.ts', relative: true, typeOnly: false },
      { target: 'x', relative: false, typeOnly: false },
    ],
  );
  assert.equal(isAllowed('formats/a.ts', { target: 'records/b.ts', relative: true, typeOnly: true }), false);
  assert.equal(isAllowed('report/a.ts', { target: 'plan/b.ts', relative: true, typeOnly: false }), false);
  assert.equal(isAllowed('apply/run.ts', { target: 'node:fs', relative: false, typeOnly: false }), false);
  assert.equal(
    isAllowed('formats/a.ts', { target: 'csv-parse/sync', relative: false, typeOnly: false }),
    false,
  );
  const arrow = (from: string, target: string) => ({ from, target });
  assert.deepEqual(cyclesOf([arrow('a', 'b'), arrow('b', 'c'), arrow('c', 'b')]), ['b -> c -> b']);
});

function breaks(pattern: RegExp, source: Source): boolean {
  return pattern.test(codeOf(source.text));
}

/** null for a file directly in src/, such as errors.ts. */
function roomOf(path: string): string | null {
  return path.includes('/') ? (path.split('/', 1)[0] as string) : null;
}

function isAllowed(from: string, { target, relative, typeOnly }: Import): boolean {
  const room = roomOf(from);
  if (!relative) return room !== null && mayLoad(room, from, target);
  if (target === 'errors.ts' || from === 'index.ts') return true;
  const other = roomOf(target);
  if (room === null || other === null) return false;
  const { values = [], types = [] } = ROOMS[room] ?? {};
  return room === other || values.includes(other) || (typeOnly && types.includes(other));
}

function mayLoad(room: string, from: string, target: string): boolean {
  const { packages = [], builtins = [] } = ROOMS[room] ?? {};
  const listed = target.startsWith('node:')
    ? builtins.includes(target) || builtins.includes('node:*')
    : packages.includes(target);
  const only = SINGLE_FILES[target] ?? SINGLE_FILES[`${room} ${target}`];
  return listed && (only === undefined || only.includes(from));
}

/** One cycle for each file at which a walk came back to its own path. */
function cyclesOf(arrows: readonly { readonly from: string; readonly target: string }[]): readonly string[] {
  const targets = Map.groupBy(arrows, (arrow) => arrow.from);
  const done = new Set<string>();
  const cycles: string[] = [];
  const walk = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) {
      cycles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
      return;
    }
    if (done.has(file)) return;
    for (const arrow of targets.get(file) ?? []) walk(arrow.target, [...path, file]);
    done.add(file);
  };
  for (const file of targets.keys()) walk(file, []);
  return cycles;
}
