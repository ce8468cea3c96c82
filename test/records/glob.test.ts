import assert from 'node:assert/strict';
import { test } from 'node:test';
import { globMatcher } from '../../src/records/glob.ts';

const CASES: readonly (readonly [pattern: string, yes: readonly string[], no: readonly string[]])[] = [
  ['pc1', ['pc1', 'PC1'], ['pc', 'pc11', 'xpc1', 'pc1\n']],
  ['pc*', ['pc', 'pc1', 'PC-long.name'], ['xpc', 'p']],
  [
    '*.example.com',
    ['corp.example.com', 'a.b.example.com', '.example.com'],
    ['example.com', 'corpxexample.com'],
  ],
  ['pc?', ['pc1', 'pcé', 'pc😀'], ['pc', 'pc12']],
  ['\\*', ['*'], ['x', '\\*', '']],
  ['\\\\*', ['\\', '\\x'], ['x', '*']],
  ['a\\?b', ['a?b'], ['axb']],
  ['end\\', ['end\\'], ['end']],
  ['_ldap.[x](y)+{1}|^$/', ['_ldap.[x](y)+{1}|^$/'], ['_ldapx[x](y)+{1}|^$/', 'x']],
  ['@', ['@'], ['', 'a']],
  ['*', ['', 'anything', 'two\nlines'], []],
  ['', [''], ['x']],
  ['ÄÖ*', ['äöü'], ['ao']],
  ['😀', ['😀'], ['😁']],
];

for (const [pattern, yes, no] of CASES) {
  test(`globMatcher() reads ${JSON.stringify(pattern)}`, () => {
    const matches = globMatcher(pattern);
    for (const text of yes) assert.ok(matches(text), `should match ${JSON.stringify(text)}`);
    for (const text of no) assert.ok(!matches(text), `should not match ${JSON.stringify(text)}`);
  });
}
