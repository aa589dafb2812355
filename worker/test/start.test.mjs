// How large the worker is, and how long it takes to start. The limits are above the figures in README.md: they catch what grew by mistake.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import zlib from 'node:zlib';
import { DIST, request, respond, startOrigin, startWorkerd } from './harness.mjs';

const origin = await startOrigin((head, socket) => socket.write(head.includes('/leak') ? respond('500 Oops', {}, 'ORA-00942: table or view does not exist') : respond('200 OK', {}, 'hello')));
after(() => origin.stop());

/** A worker that does nothing, and one that only makes core ready, as the entry does at its top level. */
const PLAIN = 'export default { fetch: (request) => fetch(request) };';
const READY = `import module from './backstop_bg.wasm'; import { initSync } from './backstop.js'; initSync({ module }); ${PLAIN}`;

test('all files together have less than 600 KB, compressed', () => {
  const size = readdirSync(DIST).reduce((sum, name) => sum + zlib.gzipSync(readFileSync(path.join(DIST, name))).length, 0);
  assert.ok(size < 600_000, `${size} bytes`);
});

test('it starts in milliseconds', { skip: process.platform !== 'linux' }, async (t) => {
  const took = { plain: [], ready: [], backstop: [] };
  for (let round = 0; round < 5; round += 1) {
    for (const [name, files] of [['plain', { 'worker.mjs': PLAIN }], ['ready', { 'worker.mjs': READY }], ['backstop', {}]]) {
      const host = await startWorkerd({ origin, files });
      const times = [cpu(host.pid)];
      for (const target of ['/ok', '/leak', '/leak']) {
        await request(host.port, target);
        times.push(cpu(host.pid));
      }
      took[name].push(times.map((time, i) => time - (times[i - 1] ?? 0)));
      host.stop();
      await host.exit;
    }
  }
  const median = (name, step) => took[name].map((times) => times[step]).sort((a, b) => a - b)[2];
  const over = (name, step) => median(name, step) - median('plain', step);
  const [start, first200, first500, next500] = [over('ready', 0), over('backstop', 1), over('backstop', 2), over('backstop', 3)].map((time) => Number(time.toFixed(1)));
  t.diagnostic(`CPU milliseconds beside a plain worker: top level ${start}, first 200 ${first200}, first 500 ${first500}, second 500 ${next500}`);
  assert.ok(start < 30, `the top level takes ${start} ms`);
  assert.ok(first200 + first500 < 200, `the first 200 takes ${first200} ms, the first 500 ${first500} ms`);
});

/** Milliseconds of CPU that all threads of a process have used. */
function cpu(pid) {
  const folder = `/proc/${pid}/task`;
  return readdirSync(folder).reduce((sum, thread) => sum + Number(readFileSync(`${folder}/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e6, 0);
}
