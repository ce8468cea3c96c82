import assert from 'node:assert/strict';
import { test } from 'node:test';
import { powershellText, renderSwitchLines, switchLines } from '../../src/report/switch-lines.ts';

test('a plain zone has a line for each tool, there and back', () => {
  const script = { zone: '0.10.in-addr.arpa', server: 'dc1.corp.example.com' } as const;
  assert.equal(
    renderSwitchLines({ ...script, before: 'nonsecure-and-secure', after: 'secure-only' }),
    `# 0.10.in-addr.arpa: from nonsecure-and-secure to secure-only; one of these lines, on one DNS server
Set-DnsServerPrimaryZone -ComputerName 'dc1.corp.example.com' -Name '0.10.in-addr.arpa' -DynamicUpdate Secure
dnscmd dc1.corp.example.com /Config 0.10.in-addr.arpa /AllowUpdate 2

# the way back: nonsecure-and-secure
Set-DnsServerPrimaryZone -ComputerName 'dc1.corp.example.com' -Name '0.10.in-addr.arpa' -DynamicUpdate NonsecureAndSecure
dnscmd dc1.corp.example.com /Config 0.10.in-addr.arpa /AllowUpdate 1
`,
  );
  assert.deepEqual(switchLines('corp.example.com', null, 'none'), [
    "Set-DnsServerPrimaryZone -Name 'corp.example.com' -DynamicUpdate None",
    'dnscmd /Config corp.example.com /AllowUpdate 0',
  ]);
});

const EXPRESSIONS: readonly (readonly [text: string, expression: string])[] = [
  ['', "''"],
  ['corp.example.com', "'corp.example.com'"],
  ['a b"c`$(x)|;&{}', `'a b"c\`$(x)|;&{}'`],
  ["it's", "('' + 'it' + [char]0x27 + 's')"],
  ['\u2019; calc', "('' + [char]0x2019 + '; calc')"],
  ['a\nb', "('' + 'a' + [char]0x0a + 'b')"],
  ['\u{1f600}', "('' + [char]0xd83d + [char]0xde00)"],
];

for (const [text, expression] of EXPRESSIONS) {
  test(`powershellText() of ${JSON.stringify(text)}`, () => assert.equal(powershellText(text), expression));
}

for (const zone of ['a&calc', 'a%PATH%', 'a"b', '-x', '/Config', 'a b', "a'b", 'a\nb', 'ä', '$(x)', '']) {
  test(`no line of cmd holds a zone named ${JSON.stringify(zone)}`, () => {
    const [powershell = '', comment = ''] = switchLines(zone, null, 'secure-only');
    assert.match(comment, /^# dnscmd cannot be given [^\n&%"]* safely; use the line above$/);
    assert.match(powershell, /^Set-DnsServerPrimaryZone -Name [ -~]+ -DynamicUpdate Secure$/);
  });
}
