// How fast the page is beside the terminal, in one run: `node speed.mjs PAGE`. Under two minutes, once the stages are built.
// A stage at a time: natively, in the page with the relaxed module, with the exact one, in turn, three rounds. Then the time to
// load, and frames while all five learn. Writes a table in Markdown.

import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { start } from './chromium.mjs';

const file = process.argv[2] ?? 'docs/lab.html';
const page = pathToFileURL(resolve(file)).href;
const STAGES = ['stochastic', 'batched', 'no-bias', 'gradient', 'momentum'];
/** How long each trains: the exact module is much slower. */
const EPOCHS = { native: 300, relaxed: 150, exact: 40 };
const ROUNDS = 3;
/** The page takes the first module that is valid: the relaxed one is refused. */
const EXACT = 'const { validate } = WebAssembly; let asked = 0; WebAssembly.validate = (bytes) => { asked += 1; return asked > 1 && validate(bytes); };';
const READY = "addEventListener('DOMContentLoaded', () => new MutationObserver(() => { if (document.documentElement.classList.contains('is-ready')) window.readyAt ??= performance.now(); }).observe(document.documentElement, { attributes: true }));";

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const rounded = (value) => Number(value.toPrecision(3)).toLocaleString('en-US');

/** Samples a second of a stage in the terminal. */
function native(stage) {
  const settings = ['--data', 'practice', '--epochs', EPOCHS.native, '--measure-every', EPOCHS.native, '--quiet', '--json', '-'];
  const found = execFileSync('cargo', ['run', '--locked', '-q', '-p', stage, '--', ...settings.map(String)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return JSON.parse(found.slice(found.indexOf('{'))).examples_per_second;
}

/** The same in the page; the few measurements on the way are in the time. */
const inside = (lab, stage, epochs) => lab.evaluate(`(async () => {
  address.setExperiment('stages=${stage}&epochs=${epochs}&measure-every=${epochs}&test-size=100');
  await openExperiment();
  await model.engine.run(undefined, { samplesPerSecond: null });
  while (!allFinished()) await new Promise((done) => setTimeout(done, 20));
  const { samples, seconds } = stages()[0].state;
  return samples / seconds;
})()`);

const frames = (lab, seconds) => lab.evaluate(`new Promise((done) => { let count = 0; const began = performance.now(); const next = () => { count += 1; if (performance.now() - began < ${1000 * seconds}) requestAnimationFrame(next); else done(count / ${seconds}); }; requestAnimationFrame(next); })`);

const load = loadavg()[0];
const browser = await start();
const open = async (hash, before) => {
  const lab = await browser.open(page + hash, { before });
  await lab.until("document.documentElement.classList.contains('is-ready')", 'the page is ready');
  return lab;
};
const rates = new Map(STAGES.map((stage) => [stage, { native: [], relaxed: [], exact: [] }]));
const relaxed = await open('#view.paused=1');
const exact = await open('#view.paused=1', EXACT);
const forms = await Promise.all([relaxed, exact].map((lab) => lab.evaluate('model.engine.form')));
if (forms.join() !== 'relaxed,exact') throw new Error(`expected a relaxed and an exact module, found ${forms.join(' and ')}`);
for (let round = 0; round < ROUNDS; round += 1) {
  for (const stage of STAGES) {
    const of = rates.get(stage);
    of.native.push(native(stage));
    of.relaxed.push(await inside(relaxed, stage, EPOCHS.relaxed));
    of.exact.push(await inside(exact, stage, EPOCHS.exact));
  }
}
await relaxed.close();
await exact.close();

const loads = [];
for (let turn = 0; turn < 5; turn += 1) {
  const lab = await open('#view.paused=1', READY);
  loads.push(await lab.evaluate('readyAt'));
  await lab.close();
}
const lab = await open('');
const even = await frames(lab, 4);
await lab.evaluate("byId('pace').value = 'full', byId('pace').dispatchEvent(new Event('change'))");
const full = await frames(lab, 3);
await lab.click('#play');
await lab.until('!anyRunning()', 'they rest');
const rest = await frames(lab, 2);
await browser.close();

console.log(`${cpus()[0].model.trim()}, ${cpus().length} cores, load ${load.toFixed(1)} at the start and ${loadavg()[0].toFixed(1)} at the end\n`);
console.log('| samples a second | terminal | page, relaxed | page, exact | relaxed / terminal | exact / terminal |\n|---|--:|--:|--:|--:|--:|');
for (const [stage, of] of rates) {
  const ratio = (form) => median(of[form].map((rate, round) => rate / of.native[round])).toFixed(2);
  console.log(`| ${stage} | ${rounded(median(of.native))} | ${rounded(median(of.relaxed))} | ${rounded(median(of.exact))} | ${ratio('relaxed')} | ${ratio('exact')} |`);
}
console.log(`\n${(statSync(file).size / 1e6).toFixed(2)} MB; ready ${(median(loads) / 1000).toFixed(2)} s after it is opened (${(Math.min(...loads) / 1000).toFixed(2)} to ${(Math.max(...loads) / 1000).toFixed(2)}); frames a second: ${Math.round(even)} while five learn at the usual pace, ${Math.round(full)} as fast as they can, ${Math.round(rest)} at rest`);
