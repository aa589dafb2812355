// node --test bench/module.test.mjs, after `make build`

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const folder = mkdtempSync(path.join(tmpdir(), 'backstop-bench-'));
after(() => rmSync(folder, { recursive: true }));

function bench(...options) {
  const script = fileURLToPath(new URL('module.mjs', import.meta.url));
  return spawnSync(process.execPath, [script, '--rounds', '1', ...options], { encoding: 'utf8' });
}

test('the built module gives every answer', () => {
  const { status, stdout, stderr } = bench();
  assert.equal(stderr, '');
  assert.equal(status, 0);
  assert.equal(stdout.match(/^.+ \d+\.\d us( +\d+ MB\/s)?$/gm)?.length, 28, stdout);
});

test('a module with another answer has no figures', () => {
  const rows = [
    // what the module exports, what is said of it; nothing is exported: everything passes
    [{}, '2 KB trace, reports suppressed: the client got the upstream\'s body, and should have got the replacement'],
    [{ proxy_on_response_headers: 1 }, 'the client got the upstream\'s body, and should have got the replacement'],
    [{ proxy_on_response_body: 1 }, '200 that passes: the client got another body, of 0 bytes, and should have got the upstream\'s'],
    [{ proxy_on_response_headers: 1, proxy_on_response_body: 1 }, '200 that passes: the client waits for ever'],
    [{ proxy_on_configure: 0 }, 'the module refused its configuration'],
  ];
  for (const [exported, said] of rows) {
    const file = path.join(folder, 'module.wasm');
    writeFileSync(file, moduleOf(exported));
    const { status, stdout, stderr } = bench(file);
    assert.ok(stderr.startsWith('bench/module.mjs: ') && stderr.includes(said), `${said}, not ${stderr}`);
    assert.equal(stdout, '');
    assert.equal(status, 1);
  }
});

test('without a module, or with a wrong number, it says so', () => {
  for (const [options, said] of [[[path.join(folder, 'absent.wasm')], 'make build'], [['--rounds', '0'], 'a whole number']]) {
    const { status, stderr } = bench(...options);
    assert.match(stderr, new RegExp(`^bench/module.mjs: .*${said}`));
    assert.equal(status, 1);
  }
});

/** A module whose callbacks return a fixed number each. */
function moduleOf(callbacks) {
  const names = Object.keys(callbacks);
  const section = (id, items) => [id, items.flat().length + 1, items.length, ...items.flat()];
  const i32 = 0x7f;
  const parameters = (name) => (name === 'proxy_on_configure' ? [2, i32, i32] : [3, i32, i32, i32]);
  return Buffer.from([
    ...Buffer.from('\0asm\x01\0\0\0', 'latin1'),
    ...section(1, names.map((name) => [0x60, ...parameters(name), 1, i32])),
    ...section(3, names.map((_, index) => [index])),
    ...section(7, names.map((name, index) => [name.length, ...Buffer.from(name), 0, index])),
    ...section(10, names.map((name) => [4, 0, 0x41, callbacks[name], 0x0b])),
  ]);
}
