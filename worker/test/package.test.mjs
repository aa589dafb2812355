// The package of npm: packed, installed into a project, and used from there by every runtime, by TypeScript and by wrangler's bundler.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DIST, ROOT, eventually, request } from './harness.mjs';
import { NODE22, TOOLS, missing, startBundle, wrangler } from './wrangler.mjs';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const started = [];
let project;

before(() => {
  project = mkdtempSync(path.join(tmpdir(), 'backstop-package-'));
  const packed = JSON.parse(execFileSync('npm', ['pack', '--json', '--pack-destination', project, DIST], { encoding: 'utf8', timeout: 60_000 }));
  writeFileSync(path.join(project, 'package.json'), '{"private":true,"type":"module"}');
  const install = ['install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund', `./${packed[0].filename}`];
  execFileSync('npm', install, { cwd: project, encoding: 'utf8', timeout: 60_000 });
});

after(() => {
  for (const one of started) one.stop();
  rmSync(project, { recursive: true, force: true });
});

const installed = (...names) => path.join(project, 'node_modules/backstop-worker', ...names);

test('the package is whole, and needs no other', () => {
  const description = JSON.parse(readFileSync(installed('package.json'), 'utf8'));
  const { version } = JSON.parse(readFileSync(path.join(DIST, 'package.json'), 'utf8'));
  assert.equal(description.version, version);
  assert.match(readFileSync(path.join(ROOT, 'Cargo.toml'), 'utf8'), new RegExp(`^version = "${version}"$`, 'm'));
  assert.deepEqual([description.dependencies, description.scripts], [undefined, undefined]);
  assert.deepEqual(readdirSync(path.join(project, 'node_modules')).filter((name) => !name.startsWith('.')), ['backstop-worker']);
  const files = readdirSync(installed());
  for (const name of ['README.md', 'LICENSE', 'LICENSE-APACHE', 'LICENSE-MIT']) assert.ok(files.includes(name), name);
  const targets = (value) => (typeof value === 'string' ? [value] : Object.values(value).flatMap(targets));
  for (const target of targets(description.exports)) assert.ok(existsSync(installed(target)), target);
  for (const file of files.filter((name) => /\.m?js$/.test(name))) {
    for (const [, name] of readFileSync(installed(file), 'utf8').matchAll(/^import .*from '(.*)';$/gm)) {
      assert.ok(name.startsWith('node:') || files.includes(path.basename(name)), `${file} imports ${name}`);
    }
  }
});

test('what its README names is there', () => {
  const text = readFileSync(installed('README.md'), 'utf8');
  const links = [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target);
  const commands = [...text.matchAll(/\b(?:node|bun|deno run -\w+) (\S+\.mjs)/g)].map(([, name]) => name);
  const files = [...text.matchAll(/^\| (`.*`) \| .* \|$/gm)].flatMap(([, names]) => names.match(/[\w.*]+\.(?:mjs|js|wasm|d\.ts)/g) ?? []);
  const main = /"main": "node_modules\/backstop-worker\/(.*)"/.exec(text)[1];
  assert.ok(links.length >= 1 && commands.length === 3 && files.length >= 9, `${links} ${commands} ${files}`);
  const all = readdirSync(installed());
  for (const name of [...links, ...commands, ...files, main]) {
    // `*.d.ts` stands for at least one.
    const [start, end] = name.split('*');
    assert.ok(all.some((file) => (end === undefined ? file === name : file.startsWith(start) && file.endsWith(end))), name);
  }
});

test('every link of a README in this repository leads to a file, and to a heading of it', () => {
  const slug = (heading) => heading.toLowerCase().replaceAll(/[^\w -]/g, '').replaceAll(' ', '-');
  const headings = (file) => [...readFileSync(file, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, heading]) => slug(heading));
  for (const readme of ['README.md', 'ARCHITECTURE.md', 'worker/README.md', 'tests/corpus/README.md', ...readdirSync(path.join(ROOT, 'docs')).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)]) {
    const text = readFileSync(path.join(ROOT, readme), 'utf8');
    for (const [, target, anchor] of text.matchAll(/\]\(([^)#\s]*)(?:#([^)]*))?\)/g)) {
      if (/^https?:/.test(target)) continue;
      const file = path.join(ROOT, target === '' ? readme : path.join(path.dirname(readme), target));
      assert.ok(existsSync(file), `${readme} names ${target}`);
      if (anchor !== undefined) assert.ok(headings(file).includes(anchor), `${readme} names ${target}#${anchor}`);
    }
  }
});

describe('the library', () => {
  const runtimes = {
    node: [process.execPath],
    'node 22': [NODE22],
    deno: [process.env.DENO ?? path.join(TOOLS, 'bin/deno'), 'run', '-A'],
    bun: [process.env.BUN ?? path.join(TOOLS, 'bin/bun')],
  };
  for (const [name, [program, ...args]] of Object.entries(runtimes)) {
    test(name, { skip: missing(program) }, () => {
      copyFileSync(path.join(HERE, 'library.cases.mjs'), path.join(project, 'cases.mjs'));
      const { status, stdout, stderr } = spawnSync(program, [...args, 'cases.mjs'], { cwd: project, encoding: 'utf8', timeout: 60_000 });
      assert.equal(status, 0, stdout + stderr);
      assert.match(stdout, /every case holds/);
    });
  }

  test('in a worker, bundled by wrangler', { skip: missing(NODE22) }, async () => {
    const folder = path.join(project, 'orders');
    cpSync(path.join(ROOT, 'worker/examples/library'), folder, { recursive: true });
    const code = readFileSync(path.join(folder, 'worker.mjs'), 'utf8').split('\n').filter((line) => line !== '' && !line.startsWith('//'));
    assert.equal(code.length, 3, 'three lines');
    wrangler(['deploy', '--dry-run', '--outdir', 'out'], { cwd: folder });
    const worker = await startBundle(path.join(folder, 'out'), { bindings: { BACKSTOP: { brand: { name: 'Orders' } } } });
    started.push(worker);
    const ok = await request(worker.port, '/1');
    assert.deepEqual([ok.status, ok.text], [200, 'Ada\n']);
    const clean = await request(worker.port, '/clean');
    assert.deepEqual([clean.status, clean.text, clean.headers['retry-after']], [503, '{"error":"The shop is closed."}', '60']);
    for (const [target, reason] of [['/leak', 'unsafe'], ['/2', 'no_response']]) {
      const response = await request(worker.port, target);
      const id = response.headers['x-request-id'];
      assert.deepEqual([response.status, JSON.parse(response.text).requestId], [500, id]);
      assert.doesNotMatch(response.text, /TypeError|customer/);
      const line = await eventually(() => JSON.parse(worker.lines().find((line) => line.includes(id))));
      assert.deepEqual([line['backstop.reason'], line['exception.type']], [reason, 'TypeError']);
      assert.match(line['exception.message'], /reading 'customer'/);
    }
    const page = await request(worker.port, '/2', { headers: { accept: 'text/html' } });
    assert.match(page.text, /Orders/);
  });
});

describe('types', () => {
  const tsc = path.join(TOOLS, 'npm/node_modules/typescript/bin/tsc');

  function check(source) {
    const folder = path.join(project, 'types');
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'consumer.ts'), source);
    const options = { strict: true, noEmit: true, module: 'nodenext', target: 'es2022', lib: ['es2022', 'webworker'], types: [], exactOptionalPropertyTypes: true, skipLibCheck: false };
    writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['consumer.ts'] }));
    const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', folder], { cwd: folder, encoding: 'utf8', timeout: 60_000 });
    return { status, stdout };
  }

  test('a strict consumer compiles; what is wrong does not', () => {
    const { status, stdout } = check(CONSUMER);
    assert.equal(status, 0, stdout);
    const wrong = check(CONSUMER.replaceAll(/^ *\/\/ @ts-expect-error\n/gm, ''));
    assert.equal(wrong.stdout.match(/error TS/g)?.length, CONSUMER.match(/@ts-expect-error/g).length, wrong.stdout);
  });

  test("a worker with Cloudflare's own types", { skip: missing(NODE22) }, () => {
    const folder = path.join(project, 'cloudflare-types');
    mkdirSync(path.join(folder, 'assets'), { recursive: true });
    writeFileSync(path.join(folder, 'wrangler.json'), JSON.stringify(EVERY_BINDING));
    writeFileSync(path.join(folder, 'worker.ts'), CLOUDFLARE_CONSUMER);
    wrangler(['types'], { cwd: folder });
    // As Cloudflare's templates have it.
    const types = { lib: ['es2022'], types: ['./worker-configuration.d.ts'], skipLibCheck: true };
    const options = { strict: true, noEmit: true, target: 'es2022', module: 'es2022', moduleResolution: 'bundler', ...types };
    writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['worker.ts'] }));
    const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', folder], { cwd: folder, encoding: 'utf8', timeout: 60_000 });
    assert.equal(status, 0, stdout);
  });

  test('Configuration has the members that core knows, and no others', async () => {
    const { initSync, Tenants } = await import(installed('backstop.js'));
    initSync({ module: new WebAssembly.Module(readFileSync(installed('backstop_bg.wasm'))) });
    // A member that cannot be is refused with the names of those that can.
    const members = (document) => {
      try {
        new Tenants(JSON.stringify(document));
      } catch (error) {
        return [...error.message.split(' is not known here: write ')[1].split(' (did you mean')[0].matchAll(/`([a-z_]+)`/g)].map(([, name]) => name);
      }
      throw new Error(`accepted: ${JSON.stringify(document)}`);
    };
    const no = { '?': 0 };
    const places = {
      Configuration: no,
      "Tenant['config']": { tenants: [{ host: ['a.example'], config: no }] },
      Tenant: { tenants: [no] },
      Rule: { rules: [no] },
      "Rule['match']": { rules: [{ match: no }] },
      Inspect: { inspect: no },
      "Required<Inspect>['allow']": { inspect: { allow: no } },
      "Required<Inspect>['deny']": { inspect: { deny: no } },
      Correlation: { correlation: no },
      Respond: { respond: no },
      "Required<Respond>['redirect']": { respond: { redirect: no } },
      "Required<Respond>['retry_after']": { respond: { retry_after: no } },
      Headers: { headers: no },
      Template: { templates: { a: no } },
      Brand: { brand: no },
      "Required<Brand>['colors']": { brand: { colors: no } },
      "Required<Configuration>['brands'][number]": { brands: [no] },
      "Required<Configuration>['languages']": { languages: no },
      "Required<Configuration>['reveal']": { reveal: no },
      Report: { report: no },
      "Required<Report>['redact']": { report: { redact: no } },
      "Required<Report>['deployment']": { report: { deployment: no } },
      "Required<Report>['otlp']": { report: { otlp: no } },
    };
    const types = [...new Set(Object.keys(places).map((type) => /[A-Z][a-z]+(?=$|\[|>)/.exec(type)[0]))];
    const lines = Object.entries(places).map(([type, document], index) => {
      const names = members(document).filter((name) => !(type === "Tenant['config']" && name === 'tenants'));
      return `const all${index}: Record<keyof (${type}), true> = { ${names.map((name) => `${name}: true`).join(', ')} };`;
    });
    const { status, stdout } = check([`import type { ${types.join(', ')} } from 'backstop-worker';`, ...lines, ''].join('\n'));
    assert.equal(status, 0, stdout);
  });
});

const EVERY_BINDING = {
  name: 'orders',
  main: 'worker.ts',
  compatibility_date: '2026-07-01',
  vars: { BACKSTOP: { brand: { name: 'Orders' }, rules: [{ match: { status: ['5xx'], path: { prefix: '/a/' } }, action: 'replace' }] } },
  kv_namespaces: [{ binding: 'BACKSTOP_KV', id: 'configuration' }],
  services: [{ binding: 'ORIGIN', service: 'shop' }],
  assets: { directory: 'assets', binding: 'BACKSTOP_ASSETS', run_worker_first: true },
  analytics_engine_datasets: [{ binding: 'BACKSTOP_METRICS', dataset: 'backstop' }],
};

const CLOUDFLARE_CONSUMER = `
import { backstop } from 'backstop-worker';
import worker from 'backstop-worker/cloudflare';
export default {
  async fetch(request, env, context) {
    if (request.url.endsWith('?proxy')) return worker.fetch(request, env, context);
    // @ts-expect-error
    void worker.fetch(request, { BACKSTOP_KV: env.BACKSTOP_METRICS }, context);
    return backstop(request, app(request), env.BACKSTOP, context);
  },
} satisfies ExportedHandler<Env>;
async function app(request: Request): Promise<Response> { return new Response(request.url); }
`;

const CONSUMER = `
import { backstop, type Configuration, type Context } from 'backstop-worker';
import worker from 'backstop-worker/cloudflare';
import { checkSettings, makeHandler, type Environment } from 'backstop-worker/handler';
import { initSync } from 'backstop-worker/backstop.js';
import { makeBackstop } from 'backstop-worker/library';

const config: Configuration = {
  rules: [{ name: 'api', match: { status: ['5xx'], path: { prefix: '/api/' } }, action: 'replace', respond: { status: 503 } }],
  inspect: { level: 'strict', deny: { texts: ['ACME-INTERNAL'] } },
  brand: { name: 'Acme', colors: { accent: '#a3341c' } },
  report: { otlp: { endpoint: 'http://127.0.0.1:4318', headers: { 'x-api-key': 'k' } } },
  tenants: [{ host: ['*.example.org'], config: { environment: 'development' } }],
};

interface Env { BACKSTOP: Configuration }
interface ExecutionContext { waitUntil(promise: Promise<any>): void; passThroughOnException(): void; props: unknown }

export default {
  async fetch(request: Request, env: Env, context: ExecutionContext): Promise<Response> {
    return backstop(request, app(request), env.BACKSTOP, context);
  },
};
async function app(request: Request): Promise<Response> { return new Response(request.url); }

const handle = makeHandler({ fetchOrigin: (request) => fetch(request), decodes: [] });
const env: Environment = { BACKSTOP: JSON.stringify(config), ORIGIN: 'http://127.0.0.1:3000' };
checkSettings(env);
const context: Context = {};
const answers: Promise<Response>[] = [handle(new Request('https://a.example/'), env), worker.fetch(new Request('https://a.example/'), env, context)];
answers.push(backstop(new Request('https://a.example/'), new Response()), backstop(new Request('https://a.example/'), new Response(), '{}'));
void [initSync, makeBackstop({ decodes: [] })(new Request('https://a.example/'), new Response())];

// @ts-expect-error
const misspelt: Configuration = { rulez: [] };
// @ts-expect-error
const noAction: Configuration = { rules: [{ match: {} }] };
// @ts-expect-error
const badLevel: Configuration = { inspect: { level: 'paranoid' } };
// @ts-expect-error
const nested: Configuration = { tenants: [{ host: ['a.example'], config: { tenants: [] } }] };
// @ts-expect-error
const noResponse = backstop(new Request('https://a.example/'), 'hello');
// @ts-expect-error
const badOrigin: Environment = { ORIGIN: 3000 };
void [misspelt, noAction, badLevel, nested, noResponse, badOrigin];
`;
