import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDnsStatistics } from '../../src/records/dns-statistics.ts';

const FILE = { name: 'stats', flag: '--dns-statistics' };
const UPDATE = { Received: 120, Refused: 9, RefusedAccessDenied: 4, SecureSuccess: 80, SecureFailure: 4 };
const READ = { Received: 120, RefusedAccessDenied: 4, SecureSuccess: 80, SecureFailure: 4 };

function parse(text: string | Uint8Array) {
  return parseDnsStatistics(typeof text === 'string' ? Buffer.from(text) : text, FILE);
}

test('JSON of the whole object, of UpdateStatistics, and of a list of one', () => {
  const whole = { ErrorStatistics: { Refused: 1 }, UpdateStatistics: UPDATE };
  for (const value of [whole, UPDATE, [whole]]) assert.deepEqual(parse(JSON.stringify(value)), READ);
});

test('the counters come from UpdateStatistics, not from a namesake beside it', () => {
  const value = { Received: 1, UpdateStatistics: { Received: 2 } };
  assert.deepEqual(parse(JSON.stringify(value)), { Received: 2 });
});

test('CSV of Export-Csv, with its type line, in UTF-16', () => {
  const csv =
    '#TYPE Microsoft.Management.Infrastructure.CimInstance\r\n"Received","RefusedAccessDenied","SecureSuccess","SecureFailure","PSComputerName"\r\n"120","4","80","4",""\r\n';
  assert.deepEqual(parse(csv), READ);
  assert.deepEqual(parse(Buffer.from(`\ufeff${csv}`, 'utf16le')), READ);
});

test('what holds no counter is refused with the way to export them', () => {
  const useless =
    '"TimeStatistics","UpdateStatistics"\r\n"DnsServerTimeStatistics","DnsServerUpdateStatistics"\r\n';
  for (const text of [useless, '{}', '[]', '{"UpdateStatistics":"DnsServerUpdateStatistics"}']) {
    assert.throws(() => parse(text), /holds none of Received, .*UpdateStatistics \| ConvertTo-Json/s);
  }
  assert.throws(() => parse('{"Received":'), /Cannot read stats as JSON/);
  assert.throws(() => parse(''), /Cannot read stats/);
});
