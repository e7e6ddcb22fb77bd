// What the checks of the page share: a browser, a page opened anew for each check, and what came of it.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { start } from './chromium.mjs';

/** A folder for files that a check makes. */
export const folder = mkdtempSync(join(tmpdir(), 'lab-files-'));
const browser = await start({ flags: process.env.CHROMIUM_FLAGS?.split(' ') ?? [] });
let failed = 0;

export function expect(truth, sentence) {
  if (!truth) throw new Error(sentence);
}

export const pause = (seconds) => new Promise((done) => setTimeout(done, 1000 * seconds));
export const text = (lab, selector) => lab.evaluate(`document.querySelector(${JSON.stringify(selector)}).textContent`);

/** A CSV of so many images of a bar, whose place is the label. */
export function bars(count) {
  const rows = Array.from({ length: count }, (_, row) => [row % 10, ...Array.from({ length: 784 }, (_, pixel) => (pixel % 28 === 3 + 2 * (row % 10) ? 255 : 0))].join());
  const file = join(folder, 'bars.csv');
  writeFileSync(file, `${rows.join('\n')}\n`);
  return file;
}

/** The same as IDX files: of images, and of labels. */
export function barsIdx(count) {
  const number = (value) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
  const files = {
    'bars-images-idx3-ubyte': [...number(0x803), ...number(count), ...number(28), ...number(28), ...Array.from({ length: count * 784 }, (_, at) => (at % 28 === 3 + 2 * (Math.floor(at / 784) % 10) ? 255 : 0))],
    'bars-labels-idx1-ubyte': [...number(0x801), ...number(count), ...Array.from({ length: count }, (_, image) => image % 10)],
  };
  return Object.entries(files).map(([name, bytes]) => {
    writeFileSync(join(folder, name), Uint8Array.from(bytes));
    return join(folder, name);
  });
}

/** The checks of one file; those whose title lacks `wanted` are left out. */
export function checksOf(file, wanted) {
  const page = pathToFileURL(resolve(file)).href;

  /** Opens the page, does something with it, and looks whether the console and the network stayed quiet. */
  return async function check(title, { hash = '#view.paused=1', ...options }, work) {
    if (wanted && !title.includes(wanted)) return;
    const began = Date.now();
    let lab;
    try {
      lab = await browser.open(page + hash, options);
      await lab.until("document.documentElement.classList.contains('is-ready')", 'the page is ready');
      await work(lab);
      expect(lab.errors.length === 0, `the console says: ${lab.errors.join('; ')}`);
      const outside = lab.requests.filter((address) => !/^(file|blob|data):/u.test(address));
      expect(outside.length === 0, `the page asks for ${outside.join(', ')}`);
      console.log(`ok      ${title} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
    } catch (error) {
      failed += 1;
      console.log(`FAILED  ${title}: ${error.message}`);
      if (lab) {
        if (lab.errors.length > 0) console.log(`        console: ${lab.errors.join('; ')}`);
        if (process.env.SCREENSHOTS) await lab.shoot(join(process.env.SCREENSHOTS, `failed-${failed}.png`)).catch(() => {});
      }
    }
    await lab?.close();
  };
}

/** Ends the program: with 1 where a check failed. */
export async function finish() {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
  if (failed > 0) {
    console.log(`${failed} failed`);
    process.exit(1);
  }
}
