// wrangler as its users run it, offline, and what it makes under plain workerd.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ROOT, WORKERD, collect, listening } from './harness.mjs';

export const TOOLS = path.join(ROOT, '.tools');
/** wrangler wants Node 22. */
export const NODE22 = process.env.NODE22 ?? path.join(TOOLS, 'bin/node22');
const WRANGLER = path.join(TOOLS, 'npm/node_modules/wrangler/bin/wrangler.js');

/** Why tests with a program are left out; false where it runs. Where `make setup` brings it, it must. */
export function missing(program) {
  if (spawnSync(program, ['--version']).status === 0) return false;
  assert.ok(process.platform !== 'linux' || process.arch !== 'x64', `${program} is missing: make setup`);
  return `${program} is not installed`;
}

function environment() {
  const quiet = { WRANGLER_SEND_METRICS: 'false', CLOUDFLARE_CF_FETCH_ENABLED: 'false', WRANGLER_LOG_PATH: tmpdir(), NO_COLOR: '1', CI: '1' };
  return { ...process.env, ...quiet, PATH: `${path.dirname(NODE22)}:${process.env.PATH}` };
}

/** A command of wrangler that ends. */
export function wrangler(args, { cwd }) {
  const { status, stdout, stderr } = spawnSync(NODE22, [WRANGLER, ...args], { cwd, env: environment(), encoding: 'utf8', timeout: 60_000 });
  assert.equal(status, 0, stdout + stderr);
  return stdout;
}

/** `wrangler dev` on a free port, once it serves. Its state is in `state`, or in a folder that goes with it. */
export async function startDev(args, { cwd, state }) {
  const own = mkdtempSync(path.join(tmpdir(), 'backstop-wrangler-'));
  const quiet = ['--ip', '127.0.0.1', '--port', '0', '--inspector-port', '0', '--show-interactive-dev-session=false', '--persist-to', state ?? own];
  // A group of its own: its workerd ends with it. Killed, it leaves its temporary files.
  const child = spawn(NODE22, [WRANGLER, 'dev', ...quiet, ...args], { cwd, env: { ...environment(), TMPDIR: own, WRANGLER_LOG_PATH: own }, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const running = collect(child);
  running.stop = () => {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
    rmSync(own, { recursive: true, force: true, maxRetries: 5 });
  };
  for (const begun = Date.now(); running.port === undefined; ) {
    const found = /Ready on http:\/\/127\.0\.0\.1:(\d+)/.exec(running.text());
    if (found) running.port = Number(found[1]);
    else if (running.ended || Date.now() - begun > 30_000) {
      running.stop();
      throw new Error(`wrangler dev does not serve: ${running.text()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return running;
}

/** What `wrangler deploy --dry-run --outdir` left, under plain workerd. `origin` gets what the worker fetches. */
export async function startBundle(folder, { bindings = {}, origin } = {}) {
  const [entry, ...others] = readdirSync(folder).filter((name) => /\.(js|wasm)$/.test(name)).sort((a, b) => a.endsWith('.wasm') - b.endsWith('.wasm'));
  const modules = [`(name = "${entry}", esModule = embed "${entry}")`, ...others.map((name) => `(name = "${name}", wasm = embed "${name}")`)];
  const bound = Object.entries(bindings).map(([name, value]) => `(name = "${name}", json = ${JSON.stringify(JSON.stringify(value))})`);
  const outbound = origin === undefined ? '' : `, (name = "origin", external = (address = "127.0.0.1:${origin.port}", http = ()))`;
  const config = path.join(folder, 'test.capnp');
  writeFileSync(
    config,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [ (name = "main", worker = .worker)${outbound} ],
  sockets = [ (name = "http", address = "127.0.0.1:0", http = (), service = "main") ] );
const worker :Workerd.Worker = ( compatibilityDate = "2026-07-01", ${origin === undefined ? '' : 'globalOutbound = "origin",'}
  modules = [ ${modules.join(', ')} ], bindings = [ ${bound.join(', ')} ] );
`,
  );
  const child = spawn(WORKERD, ['serve', config, '--control-fd=3'], { stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
  const running = collect(child);
  running.port = await listening(child, running);
  return running;
}
