// Looks at error pages in a real browser: every theme, light and dark, on a phone and on a desktop, with and without script.
//
//   node check.mjs --server <address> --list <file.json>   asks a running server for the pages of a list (see README.md)
//   … --shots <folder>                                     also keeps a picture of each
//   … --only <text>                                        only pages whose name contains the text
//
// Exits with 1 and one line per finding when something is wrong.

import { readFileSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';

const { values: options } = parseArgs({
  options: Object.fromEntries(['server', 'list', 'shots', 'only', 'chromium'].map((name) => [name, { type: 'string' }])),
});
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const SIZES = { mobile: { width: 360, height: 740 }, desktop: { width: 1280, height: 800 } };
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'];
// The narrowest screen that a page must fit.
const NARROW = { width: 320, height: 568 };

const findings = [];
let checks = 0;

/** Notes a finding unless the condition holds. */
function check(condition, where, what) {
  checks += 1;
  if (!condition) findings.push(`${where}: ${what}`);
}

/** Opens a page in a browser of its own, and watches everything that it does. */
async function open(browser, address, page, context = {}) {
  const opened = await browser.newContext({ extraHTTPHeaders: page.request_headers, ...context });
  const tab = await opened.newPage();
  const seen = { requests: [], complaints: [] };
  tab.on('request', (request) => request.url().startsWith('data:') || seen.requests.push(request.url()));
  // That the page itself is an error is no news.
  tab.on('console', (message) => /Failed to load resource.*status of \d+/.test(message.text()) || seen.complaints.push(message.text()));
  tab.on('pageerror', (error) => seen.complaints.push(String(error)));
  const response = await tab.goto(address + page.url);
  return { tab, seen, response, close: () => opened.close() };
}

const fits = (tab) => tab.evaluate(() => document.documentElement.scrollWidth <= innerWidth);

/** Every text that is drawn, with the contrast to what is behind it where that is one colour or a gradient between colours. */
function lowContrast() {
  const parse = (text) => (text.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((part) => ((part /= 255) <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const grounds = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const { backgroundColor, backgroundImage } = getComputedStyle(at);
      const stops = backgroundImage.match(/rgba?\([^)]*\)/g);
      if (stops) return stops.map(parse);
      const color = parse(backgroundColor);
      if (color.length === 3 || color[3] === 1) return [color];
      if (color[3] > 0) return [[127, 127, 127]];
    }
    return [[255, 255, 255]];
  };
  const bad = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.checkVisibility() || element.tagName === 'SCRIPT') continue;
    const text = luminance(parse(getComputedStyle(element).color)) + 0.05;
    for (const ground of grounds(element)) {
      const other = luminance(ground) + 0.05;
      const ratio = Math.max(text, other) / Math.min(text, other);
      if (ratio < 4.5) bad.push(`${walker.currentNode.data.trim()} (${ratio.toFixed(2)})`);
    }
  }
  return bad;
}

/** No violation that axe knows, and contrasts also where axe cannot tell. */
async function accessible(tab, where) {
  for (const text of await tab.evaluate(lowContrast)) check(false, where, `low contrast: ${text}`);
  // The page's policy keeps scripts out of the page, but not those of the tool that drives the browser.
  await tab.evaluate(axe);
  const { violations } = await tab.evaluate((values) => axe.run({ runOnly: { type: 'tag', values } }), RULES);
  for (const { id, nodes } of violations) check(false, where, `axe ${id}: ${nodes.map((node) => node.html).join(' ')}`);
}

/** What holds for every page in every surrounding. */
async function looks(browser, address, page, colorScheme, size) {
  const where = `${page.name} ${colorScheme} ${size}`;
  const { tab, seen, response, close } = await open(browser, address, page, { colorScheme, viewport: SIZES[size] });
  check(response.headers()['content-security-policy']?.includes("default-src 'none'"), where, 'no strict content-security-policy');
  check(await fits(tab), where, 'scrolls sideways');
  check((await tab.locator('h1').count()) === 1 && (await tab.locator('main').count()) === 1, where, 'not one h1 in one main');
  const overlap = await tab.evaluate(overlaps);
  check(!overlap, where, `texts overlap: ${overlap}`);
  if (options.shots) await tab.screenshot({ path: join(options.shots, `${page.name}-${colorScheme}-${size}.png`), fullPage: true });
  await accessible(tab, where);
  check(seen.requests.length === 1, where, `asked for ${seen.requests.slice(1)}`);
  check(seen.complaints.length === 0, where, `console: ${seen.complaints}`);
  if (size === 'mobile') {
    await tab.setViewportSize(NARROW);
    check(await fits(tab), where, 'scrolls sideways at 320 pixels');
    // Text at twice its size (WCAG 2.2, 1.4.4).
    await tab.setViewportSize({ width: 640, height: 900 });
    await tab.evaluate(() => document.documentElement.style.setProperty('font-size', '200%'));
    check(await fits(tab), where, 'scrolls sideways with text at 200 %');
  }
  await close();
}

/** Two texts drawn over each other. */
function overlaps() {
  const boxes = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || ['SCRIPT', 'STYLE'].includes(element.tagName)) continue;
    // The box of a huge code reaches far over its digits.
    if (getComputedStyle(element).clipPath !== 'none' || element.matches('.code b')) continue;
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    for (const box of range.getClientRects()) boxes.push([walker.currentNode.data.trim(), box]);
  }
  for (const [index, [text, one]] of boxes.entries()) {
    for (const [other, two] of boxes.slice(index + 1)) {
      const width = Math.min(one.right, two.right) - Math.max(one.left, two.left);
      // Line boxes of large type reach into each other a little.
      const height = Math.min(one.bottom, two.bottom) - Math.max(one.top, two.top);
      if (text !== other && width > 2 && height > 0.35 * Math.min(one.height, two.height)) return `${text} / ${other}`;
    }
  }
  return '';
}

/** Without script nothing is missing. */
async function withoutScript(browser, address, page) {
  const where = `${page.name} without script`;
  const { tab, seen, close } = await open(browser, address, page, { javaScriptEnabled: false, viewport: SIZES.mobile });
  check(await tab.locator('#copy').isHidden(), where, 'a button that does nothing');
  for (const place of ['h1', '.message', '#id', 'time']) check(await tab.locator(place).first().isVisible(), where, `no ${place}`);
  // One click selects the whole ID.
  check((await tab.locator('#id').evaluate((id) => getComputedStyle(id).userSelect)) === 'all', where, 'the ID is not selected as a whole');
  if (await tab.locator('#again').count()) {
    await Promise.all([tab.waitForEvent('load'), tab.locator('#again').click()]);
    check(seen.requests.length === 2 && seen.requests[0] === seen.requests[1], where, `"Try again" leads to ${seen.requests[1]}`);
  }
  await close();
}

/** The script copies the ID, says so, and leaves everything as it was. The clipboard is one for all: one page after the other. */
let turn = Promise.resolve();
const copying = (...page) => (turn = turn.catch(() => {}).then(() => copy(...page)));

async function copy(browser, address, page) {
  const where = `${page.name} copy`;
  const { tab, close } = await open(browser, address, page, { permissions: ['clipboard-read', 'clipboard-write'] });
  const [id, button] = [await tab.locator('#id').textContent(), tab.locator('#copy')];
  const label = await button.textContent();
  await tab.locator('#id').click();
  check((await tab.evaluate(() => String(getSelection()))) === id, where, 'one click does not select the ID');
  for (const way of ['clipboard', 'selection']) {
    await tab.evaluate(() => navigator.clipboard.writeText('nothing'));
    if (way === 'selection') await tab.evaluate(() => (navigator.clipboard.writeText = () => Promise.reject(new Error('refused'))));
    await button.click();
    // In one look: after a while the words change back.
    const look = () => {
      const [said, copy] = ['said', 'copy'].map((id) => document.getElementById(id).textContent);
      return said && [said, copy];
    };
    const [said, shown] = await tab.waitForFunction(look, null, { timeout: 5000 }).then((words) => words.jsonValue(), () => []);
    check((await tab.evaluate(() => navigator.clipboard.readText())) === id, where, `the ID is not in the clipboard (${way})`);
    check(shown === (await button.getAttribute('data-done')), where, 'the button does not say that it is done');
    check(said === shown, where, 'a screen reader hears nothing');
    await tab.waitForFunction((label) => document.getElementById('copy').textContent === label, label, { timeout: 5000 });
  }
  await close();
}

/** The script counts down and loads the page once. */
async function counting(browser, address, page) {
  const where = `${page.name} countdown`;
  const { tab, seen, close } = await open(browser, address, page);
  const again = tab.locator('#again');
  const first = parseInt(await tab.locator('#wait').textContent(), 10);
  check((await again.getAttribute('aria-disabled')) === 'true', where, 'the link is not disabled');
  await again.click({ force: true });
  await tab.waitForFunction((first) => parseInt(document.getElementById('wait').textContent, 10) < first, first, { timeout: 5000 });
  check(seen.requests.length === 1, where, 'the disabled link loads the page');
  await tab.waitForEvent('load', { timeout: 20000 });
  check(seen.requests.length === 2, where, 'the page is not loaded again');
  // The second time it waits for its reader.
  await tab.locator('#again[aria-disabled]').waitFor();
  if (options.shots) await tab.screenshot({ path: join(options.shots, `${page.name}.png`) });
  await accessible(tab, where);
  await tab.locator('#again:not([aria-disabled])').waitFor({ timeout: 20000 });
  await tab.waitForTimeout(1000);
  check(seen.requests.length === 2, where, 'loads itself more than once');
  check((await tab.locator('#wait').count()) === 0, where, 'still says how long to wait');
  await Promise.all([tab.waitForEvent('load'), again.click()]);
  check(seen.requests.length === 3, where, 'the link does not load the page');
  check(seen.complaints.length === 0, where, `console: ${seen.complaints}`);
  await close();
}

/** Paper is black on white and shows addresses; forced colours leave everything visible. */
async function otherMedia(browser, address, page) {
  const { tab, close } = await open(browser, address, page, { colorScheme: 'dark', viewport: { width: 794, height: 1123 } });
  await tab.emulateMedia({ media: 'print', colorScheme: 'dark' });
  const where = `${page.name} printed`;
  const colors = await tab.evaluate(() => {
    const of = (place, property) => getComputedStyle(document.querySelector(place))[property];
    return [of('h1', 'color'), of('.code b', 'color'), of('#id', 'color'), of('body', 'backgroundColor'), of('.what', 'backgroundColor')];
  });
  const [ink, paper] = ['rgb(0, 0, 0)', 'rgb(255, 255, 255)'];
  check(String(colors) === String([ink, ink, ink, paper, paper]), where, `not black on white: ${colors}`);
  check(await tab.evaluate(overlaps).then((found) => !found), where, 'texts overlap');
  check(await fits(tab), where, 'wider than the paper');
  if (options.shots) await tab.screenshot({ path: join(options.shots, `${page.name}-print.png`), fullPage: true });
  await tab.emulateMedia({ media: 'screen', forcedColors: 'active', colorScheme: 'dark' });
  for (const text of await tab.evaluate(lowContrast)) check(false, `${page.name} forced colours`, `low contrast: ${text}`);
  if (options.shots) await tab.screenshot({ path: join(options.shots, `${page.name}-forced.png`), fullPage: true });
  await close();
}

const list = JSON.parse(readFileSync(options.list, 'utf8')).filter((page) => page.name.includes(options.only ?? ''));
if (options.shots) mkdirSync(options.shots, { recursive: true });
const browser = await chromium.launch({ executablePath: options.chromium ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
const runs = [];
for (const page of list) {
  const add = (run, ...more) => runs.push([page, () => run(browser, options.server, page, ...more)]);
  if (page.name.endsWith('-wait')) {
    add(counting);
    continue;
  }
  for (const scheme of ['light', 'dark']) for (const size of Object.keys(SIZES)) add(looks, scheme, size);
  add(withoutScript);
  add(otherMedia);
  // The script is the same on every page; what may differ are the texts that it puts in and the layout around its button.
  if (page.name === page.theme || page.name.endsWith('-rtl')) add(copying);
}
// Four at a time: much of a run is waiting.
const queue = runs.values();
await Promise.all(Array.from({ length: 4 }, async () => {
  for (const [page, run] of queue) await run().catch((error) => findings.push(`${page.name}: ${error.message.split('\n')[0]}`));
}));
await browser.close();
for (const finding of findings) console.log(finding);
console.log(`${list.length} pages, ${checks} checks, ${findings.length} findings`);
process.exit(findings.length || !list.length ? 1 : 0);
