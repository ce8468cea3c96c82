import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EXIT_CODES, type ExitCode, exitCodeOf } from '../../src/cli/exit.ts';
import {
  DirectoryError,
  type DirectoryFault,
  DnsaclError,
  FormatError,
  StaleError,
  UsageError,
} from '../../src/errors.ts';

const HASHES = { plannedHash: 'a', foundHash: 'b' };

const CASES: readonly (readonly [string, unknown, ExitCode])[] = [
  ['bad usage', new UsageError(''), 64],
  ['a bad file', new FormatError('LDIF', ''), 64],
  ['a stale plan', new StaleError('', HASHES), 6],
  ['refused credentials', directoryError('credentials'), 4],
  ['missing rights', directoryError('rights'), 4],
  ['a server out of reach', directoryError('unreachable'), 7],
  ['a certificate that does not verify', directoryError('tls'), 7],
  ['an object that is not there', directoryError('not-found'), 1],
  ['a busy server', directoryError('busy'), 1],
  ['a fault of the server', directoryError('server'), 1],
  ['another error of ours', new DnsaclError('output', ''), 1],
  ['a bug', new TypeError(''), 1],
  ['no error at all', 'text', 1],
];

for (const [name, error, code] of CASES) {
  test(`exitCodeOf() gives ${code} for ${name}`, () => assert.equal(exitCodeOf(error), code));
}

test('the exit codes are those of the documentation, each once', () => {
  assert.deepEqual(Object.values(EXIT_CODES), [0, 1, 2, 3, 4, 5, 6, 7, 64, 130]);
});

function directoryError(fault: DirectoryFault): DirectoryError {
  return new DirectoryError(fault, '', { operation: 'test' });
}
