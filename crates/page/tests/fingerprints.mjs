// Trains all stages with the modules in a built page, and holds the networks against tests/fingerprints.json:
//
//   node --experimental-wasm-relaxed-simd fingerprints.mjs PAGE            in node, both modules
//   node fingerprints.mjs PAGE --chromium [FLAGS]                          in Chromium, from the file, in workers

import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { runInThisContext } from 'node:vm';
import { gunzipSync } from 'node:zlib';

const here = dirname(fileURLToPath(import.meta.url));
const table = JSON.parse(readFileSync(resolve(here, 'fingerprints.json'), 'utf8'));
const [file, where, ...flags] = process.argv.slice(2);
const failures = [];

/** Compares what was found for a row, and says so. */
function compare(form, { address, fingerprints }, found) {
  for (const [stage, expected] of Object.entries(fingerprints)) {
    if (found[stage] !== expected) failures.push(`${form}, ${address}: ${stage} is ${found[stage]}, expected ${expected}`);
  }
  console.log(`${form}: ${address}: ${Object.keys(fingerprints).length} networks compared`);
}

/** In node: the text of the page's own worker, run here. */
async function inNode() {
  const page = readFileSync(file, 'utf8');
  const inside = (id) => page.match(new RegExp(`<script[^>]* id="${id}"[^>]*>([^<]*)</script>`))[1];
  runInThisContext(`${readFileSync(resolve(here, '../site/worker.js'), 'utf8')}\nglobalThis.Instance = Instance;`);
  for (const form of ['relaxed', 'exact']) {
    const bytes = gunzipSync(Buffer.from(inside(`module-${form}`), 'base64'));
    if (!WebAssembly.validate(bytes)) {
      failures.push(`this node refuses the ${form} module`);
      continue;
    }
    const module = await WebAssembly.compile(bytes);
    const fresh = async () => {
      const instance = new globalThis.Instance(() => {});
      await instance.receive({ module });
      return instance;
    };
    const desk = await fresh();
    const { level } = desk.module({ do: 'catalogue' });
    for (const row of table) {
      const { experiment } = desk.module({ do: 'prepare', pairs: [...new URLSearchParams(row.address)] });
      const images = desk.module({ do: 'share' });
      const found = {};
      for (const { name, settings } of experiment.stages) {
        const instance = await fresh();
        instance.module({ do: 'open', stage: name, settings, ...images });
        while (instance.module({ do: 'step', updates: 1e6 }).made > 0);
        found[name] = instance.module({ do: 'fingerprint' }).fingerprint;
      }
      compare(`node, ${form} (${level})`, row, found);
    }
  }
}

/** In Chromium: the page's own engine, from the file. */
async function inChromium() {
  const { start } = await import('./browser/chromium.mjs');
  const browser = await start({ flags });
  try {
    const page = await browser.open(pathToFileURL(resolve(file)).href);
    for (const row of table) {
      const { form, found } = await page.evaluate(`(async () => {
        const ended = new Map();
        const engine = await Engine.start({ onEvent({ event, stage, state }) { if (event === 'state' && state.finished) ended.get(stage)?.(); } });
        const { experiment } = await engine.open(${JSON.stringify(row.address)});
        const names = experiment.stages.map((stage) => stage.name);
        const all = names.map((name) => new Promise((resolve) => ended.set(name, resolve)));
        await engine.run();
        await Promise.all(all);
        const found = {};
        for (const name of names) found[name] = (await engine.ask(name, { do: 'fingerprint' })).fingerprint;
        for (const port of engine.stages.values()) port.close();
        engine.desk.close();
        return { form: engine.form, found };
      })()`);
      compare(`Chromium, ${form}`, row, found);
    }
  } finally {
    await browser.close();
  }
}

await (where === '--chromium' ? inChromium() : inNode());
if (failures.length > 0) console.error(failures.join('\n'));
// The instances' channels would keep node waiting for ever.
process.exit(failures.length > 0 ? 1 : 0);
