// What an exchange costs in the built module, under V8: the bodies of core/benches/exchange.rs. See bench/README.md.
//
//     node bench/module.mjs [--rounds N] [MODULE]
//
// Exit status: 0 measured, 1 an exchange had a wrong answer (the row is named) or nothing could be measured.

import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { Head, Proxy, Refusal } from './proxy_wasm.mjs';

const { values: options, positionals } = parseArgs({ options: { rounds: { type: 'string', default: '21' } }, allowPositionals: true });
const ROUNDS = Number(options.rounds);
const MODULE = positionals[0] ?? new URL('../dist/backstop.wasm', import.meta.url);

const read = (name) => readFileSync(new URL(name, import.meta.url), 'utf8');
const TRACE = read('trace.txt');
const ITEM = read('item.json').trimEnd();
const CARD = read('card.html');
/** As people build them; `CARD` has a tag every 16 bytes. */
const PAGE = read('../tests/corpus/bodies/pages/gentelella-faq.html');
/** What the end of a leaking body holds: the exception without its calls, which is small enough for the smallest. */
const LEAK = TRACE.slice(TRACE.indexOf('sqlalchemy.exc.'));

const ID = '550e8400-e29b-41d4-a716-446655440000';
const REPLACEMENT = `{"error":"Internal Server Error","message":"An unexpected error occurred","requestId":"${ID}"}`;
const REQUEST = new Head([
  [':authority', 'shop.example'], [':path', '/cart'], [':method', 'GET'], [':scheme', 'http'],
  ['accept', '*/*'], ['user-agent', 'bench'], ['x-forwarded-proto', 'http'], ['x-request-id', ID],
]);

/** One limit for all errors, alike or not: how many reports it lets through in a second, and so how long one takes to be allowed again. */
const CONFIG = '{"report":{"max_alike_per_second":100}}';
const REPORTS_PER_SECOND = 100;
const MILLIS_PER_REPORT = 1000 / REPORTS_PER_SECOND;

function main() {
  if (!(Number.isInteger(ROUNDS) && ROUNDS > 0)) throw new Failure(`--rounds ${options.rounds}: write a whole number from 1`);
  const proxy = new Proxy(moduleBytes(), CONFIG);
  const rows = [...makeRows()];
  // Now no row writes a report but the one that lets time pass.
  const [trace] = rows.filter(({ reports }) => reports);
  for (let report = 0; report < REPORTS_PER_SECOND; report += 1) proxy.exchange(REQUEST, trace.head, trace.body);
  proxy.log = [];

  // One round without figures, in which V8 comes to know the module.
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const row of rows) {
      const micros = measure(proxy, row);
      if (round > 0) row.micros.push(micros);
    }
  }
  for (const { name, inspected, size, micros } of rows) {
    const median = micros.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)];
    const rate = inspected ? ` ${(size / median).toFixed(0).padStart(7)} MB/s` : '';
    console.log(`${name.padEnd(34)} ${median.toFixed(1).padStart(9)} us${rate}`);
  }
}

/** Why there are no figures, for people. */
class Failure extends Error {}

function moduleBytes() {
  try {
    return readFileSync(MODULE);
  } catch (error) {
    throw new Failure(`${error.message}; \`make build\` leaves a module in dist/`);
  }
}

/** The rows, in the order in which they are printed. */
function* makeRows() {
  yield makeRow('200 that passes', { status: '200', text: json(1024), type: 'application/json' });
  yield makeRow('2 KB trace, reports suppressed', { text: TRACE, type: 'text/plain', replaced: true });
  yield makeRow('2 KB trace, with its report', { text: TRACE, type: 'text/plain', replaced: true, reports: true });
  for (const kib of [1, 64, 256]) {
    for (const [kind, leak] of [['clean', ''], ['leaking', LEAK]]) {
      for (const [form, type, make] of [['JSON', 'application/json', json], ['HTML', 'text/html', html]]) {
        const row = { text: make(kib * 1024, leak), type, replaced: leak !== '' };
        yield makeRow(`${kind} ${kib} KiB ${form}`, row);
        yield makeRow(`${kind} ${kib} KiB ${form}, gzip`, { ...row, coding: 'gzip' });
      }
    }
  }
  yield makeRow('clean 64 KiB HTML, a real page', { text: PAGE.repeat(65_536 / PAGE.length), type: 'text/html' });
}

/** One kind of exchange, its answer, and its times. `size` is that of the body before compression. */
function makeRow(name, { status = '500', text, type, coding, replaced = false, reports = false }) {
  const body = coding === 'gzip' ? gzipSync(text) : Buffer.from(text);
  const fields = [[':status', status], ['server', 'nginx'], ['content-type', type], ['content-length', String(body.length)]];
  if (coding !== undefined) fields.push(['content-encoding', coding]);
  return { name, head: new Head(fields), body, size: Buffer.byteLength(text), inspected: status === '500', replaced, reports, micros: [] };
}

/** A list of about so many bytes; the leak, if any, is its last item. */
function json(bytes, leak = '') {
  const last = leak === '' ? 'null' : JSON.stringify(leak);
  return `[${`${ITEM},`.repeat((bytes - last.length) / (ITEM.length + 1))}${last}]`;
}

/** A page of about so many bytes; the leak, if any, is its last element. */
function html(bytes, leak = '') {
  const last = leak === '' ? '' : `<pre>${leak.replaceAll('"', '&quot;').replaceAll("'", '&#39;')}</pre>`;
  const [begin, end] = ['<!doctype html><html>', '</html>'];
  return begin + CARD.repeat((bytes - begin.length - last.length - end.length) / CARD.length) + last + end;
}

/** Microseconds per exchange, over a few milliseconds of exchanges. All answers are looked at, after the clock was. */
function measure(proxy, row) {
  const answers = [];
  const count = Math.ceil(2 ** 21 / Math.min(Math.max(row.size, 2 ** 12), 2 ** 20));
  const start = performance.now();
  for (let exchange = 0; exchange < count; exchange += 1) {
    if (row.reports) proxy.now += MILLIS_PER_REPORT;
    answers.push(proxy.exchange(REQUEST, row.head, row.body));
  }
  const micros = ((performance.now() - start) * 1000) / count;
  const wrong = answers.map((answer) => wrongAnswer(row, answer)).find(Boolean) ?? wrongLog(row, proxy.log, count);
  if (wrong) throw new Failure(`${row.name}: ${wrong}`);
  proxy.log = [];
  return micros;
}

/** What is wrong with what the client got, if anything. */
function wrongAnswer(row, { head, body }) {
  if (head === undefined) return 'the client waits for ever';
  const got = body.length === 1 ? body[0] : Buffer.concat(body);
  const [expected, name] = row.replaced ? [Buffer.from(REPLACEMENT), 'the replacement'] : [row.body, "the upstream's"];
  if (!got.equals(expected)) {
    const what = got.equals(row.body) ? "the upstream's body" : `another body, of ${got.length} bytes`;
    return `the client got ${what}, and should have got ${name}`;
  }
  const fields = {
    ':status': row.head.get(':status'),
    'content-type': row.replaced ? 'application/json' : row.head.get('content-type'),
    'content-encoding': row.replaced ? undefined : row.head.get('content-encoding'),
    'content-length': String(expected.length),
    'x-request-id': row.inspected ? ID : undefined,
  };
  const field = Object.keys(fields).find((key) => head.get(key) !== fields[key]);
  return field && `the client got ${field}: ${head.get(field)}, and should have got ${fields[field]}`;
}

/** What is wrong with what was logged for so many exchanges, if anything. */
function wrongLog(row, log, count) {
  const reports = log.filter(({ text }) => /^\{"backstop\.report":.*"backstop\.decision":"replaced"/.test(text));
  if (reports.length !== log.length) return `the module logged ${log.find((line) => !reports.includes(line)).text.slice(0, 200)}`;
  const expected = row.reports ? count : 0;
  return reports.length !== expected && `${reports.length} reports for ${count} exchanges, and should have been ${expected}`;
}

try {
  main();
} catch (error) {
  if (!(error instanceof Failure || error instanceof Refusal)) throw error;
  console.error(`bench/module.mjs: ${error.message}`);
  process.exitCode = 1;
}
