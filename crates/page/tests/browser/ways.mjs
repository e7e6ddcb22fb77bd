// Ways in: pens, files of every kind, addresses, little motion, no workers: `node ways.mjs ../../../../docs/lab.html`.
// MNIST=FOLDER drops the real files, too.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { SHAPES } from './digits.mjs';
import { bars, barsIdx, checksOf, expect, finish, folder, pause, text } from './harness.mjs';

const page = process.argv[2] ?? 'docs/lab.html';
const check = checksOf(page, process.argv[3]);
const TWO = '#view.paused=1&stages=stochastic,gradient';

await check('drawing with a pen', { hash: TWO }, async (lab) => {
  await lab.evaluate("var kinds = new Set(); document.querySelector('#pad').addEventListener('pointermove', (event) => kinds.add(event.pointerType)); 1");
  await lab.draw('#pad', SHAPES[3][0], 'pen');
  await lab.until("model.image.origin === 'drawn' && !pad.isBusy()", 'the drawing is in question');
  expect((await lab.evaluate('[...kinds].join()')) === 'pen', 'it was no pen');
  const { length } = await lab.evaluate('[...model.image.pixels].filter((level) => level > 0)');
  expect(length > 60, `a whole 3 has more than ${length} lit pixels`);
});

await check('little motion for whoever asks for it', { hash: '', calm: true }, async (lab) => {
  expect(await lab.evaluate('calm()'), 'the page does not notice');
  const moving = await lab.evaluate("[...document.querySelectorAll('*')].filter((each) => { const { transitionDuration, animationName } = getComputedStyle(each); return parseFloat(transitionDuration) > 0 || animationName !== 'none'; }).length");
  expect(moving === 0, `${moving} elements glide`);
  await lab.until('anyRunning()', 'they learn all the same');
  await lab.evaluate("var changes = 0; new MutationObserver(() => (changes += 1)).observe(document.querySelector('.outputs'), { attributes: true }); 1");
  await pause(3);
  const changes = await lab.evaluate('changes');
  expect(changes >= 1 && changes <= 6, `outputs move ${changes} times in three seconds`);
});

await check('packed files: CSV and IDX as .gz', { hash: TWO }, async (lab) => {
  const pack = (path) => {
    writeFileSync(`${path}.gz`, gzipSync(readFileSync(path)));
    return `${path}.gz`;
  };
  await lab.drop([pack(bars(60))]);
  await lab.until("document.querySelector('.data-line').textContent.includes('bars')", 'the packed CSV is the data');
  await lab.click('#step-epoch');
  await lab.until('stages().every((stage) => stage.state.epoch === 1)', 'they learn from it');
  const before = await text(lab, '.data-line');
  await lab.drop(barsIdx(40).map(pack));
  await lab.until(`document.querySelector('.data-line').textContent !== ${JSON.stringify(before)}`, 'the packed IDX files are the data');
  const cut = join(folder, 'cut.csv.gz');
  writeFileSync(cut, gzipSync(readFileSync(bars(60))).subarray(0, 80));
  await lab.drop([cut]);
  await lab.until("document.querySelector('#alert').textContent.includes('cut.csv.gz')", 'half of a packed file is refused by name');
});

if (process.env.MNIST) {
  await check('the files of MNIST', { hash: '#view.paused=1&stages=gradient&train-size=all' }, async (lab) => {
    await lab.drop(['train-images-idx3-ubyte', 'train-labels-idx1-ubyte', 't10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte'].map((name) => join(resolve(process.env.MNIST), `${name}.gz`)));
    await lab.until("/MNIST.*60,000 training images, 10,000 test images/u.test(document.querySelector('.data-line').textContent)", 'MNIST is the data', 120);
    await lab.click('#step-epoch');
    await lab.until('stages()[0].state.epoch === 1 && stages()[0].records.slice(-1)[0].testAccuracy > 0.85', 'an epoch of it teaches to read', 120);
  });
}

await check('a test image by the menu', { hash: TWO }, async (lab) => {
  const load = async (digit) => {
    const before = await lab.evaluate('model.images');
    await lab.evaluate(`(() => { const menu = byId('load-digit'); menu.value = '${digit}'; menu.dispatchEvent(new Event('change')); })()`);
    await lab.until(`model.images > ${before} && model.image.label === ${digit} && model.image.origin === 'test'`, `a ${digit} is in the pad`);
    return lab.evaluate('model.image.index');
  };
  const [first, second] = [await load(7), await load(7)];
  expect(first !== second, 'the second 7 is the first again');
  await load(0);
  await lab.until("document.querySelector('#verdict').textContent.endsWith('It is labelled 0.')", 'it is said what it is');
  expect((await text(lab, '.seen-caption')).endsWith('a 0'), 'the caption does not say what it is');
  await lab.evaluate("document.querySelector('#undo').click()");
  await lab.until('model.image.index === 0', 'Undo takes it out');
  expect((await text(lab, '#verdict')) === '', 'what was said of it is still there');
});

await check('the chapter of every preset', {}, async (lab) => {
  const chapters = await lab.evaluate('PRESETS.map(({ chapter }) => chapter)');
  for (const [file, title] of chapters) {
    const path = resolve(dirname(page), 'book', `${file}.md`);
    expect(existsSync(path), `there is no ${file}.md`);
    const head = readFileSync(path, 'utf8').split('\n', 1)[0];
    expect(head.toLowerCase().includes(title.toLowerCase()), `${file}.md is called ${head}, not ${title}`);
  }
});

await check('Back, Forward, and an address that somebody types', {}, async (lab) => {
  const preset = (index) => lab.evaluate(`(() => { const list = byId('preset'); list.value = '${index}'; list.dispatchEvent(new Event('change')); })()`);
  const shown = (index) => lab.until(`model.early === null && address.experiment() === PRESETS[${index}].address && byId('preset').value === '${index}' && stages().map(({ name }) => name).join() === (new URLSearchParams(PRESETS[${index}].address).get('stages') ?? 'stochastic,batched,no-bias,gradient,momentum')`, `preset ${index} is open`);
  await preset(1);
  await shown(1);
  await preset(11);
  await shown(11);
  await lab.evaluate('history.back()');
  await shown(1);
  await lab.evaluate('history.back()');
  await shown(0);
  await lab.evaluate('history.forward()');
  await shown(1);
  await lab.evaluate("location.hash = '#stages=momentum&hidden=9&seed=3&view.unit=4&view.stage=momentum&view.axis=updates&view.paused=1'");
  await lab.until("document.querySelector('#unit h3')?.textContent === 'Hidden unit 4' && document.querySelectorAll('.unit-grid button').length === 9", 'the unit of the address is shown');
  expect((await lab.evaluate("document.querySelector('#axis [aria-pressed=true]').textContent")) === 'updates', 'the curves do not follow the address');
  await lab.evaluate("location.hash = '#hidden=elephant&view.paused=1'");
  await lab.until("document.querySelector('#alert').textContent.includes('elephant')", 'what makes no sense is told');
});

await check('without workers: the same page, the same bits', { hash: TWO, before: 'delete window.Worker;' }, async (lab) => {
  expect((await lab.evaluate('model.engine.inWorkers')) === false, 'there are workers');
  await lab.click('#step-epoch');
  await lab.until('stages().every((stage) => stage.state.epoch === 1)', 'an epoch was made');
  await lab.draw('#pad', SHAPES[1][0]);
  await lab.until("model.image.origin === 'drawn' && /^[0-9]$/u.test(document.querySelector('.answer').textContent)", 'they answer');
  await lab.click('#play');
  await lab.until('stages().every((stage) => stage.state.running && stage.state.epoch >= 2)', 'they learn by themselves');
  await lab.click('#play');
  await lab.until('!anyRunning()', 'they pause');
  const runs = "changeExperiment('stages=gradient').then(() => port.instance.run)";
  expect((await lab.evaluate(`var port = model.engine.stages.get('stochastic'); controls.run().then(() => ${runs})`)) === null, 'a stage that was closed goes on learning');
  const [row] = JSON.parse(readFileSync(new URL('../fingerprints.json', import.meta.url), 'utf8'));
  await lab.evaluate(`changeExperiment(${JSON.stringify(row.address)})`);
  await lab.until('stages().length === 6', 'the experiment of the table');
  await lab.evaluate('model.engine.run(undefined, { samplesPerSecond: null })');
  await lab.until('allFinished()', 'they end');
  const found = await lab.evaluate("(async () => Object.fromEntries(await Promise.all(stages().map(async ({ name }) => [name, (await ask(name, { do: 'fingerprint' })).fingerprint]))))()");
  for (const [stage, print] of Object.entries(row.fingerprints)) expect(found[stage] === print, `${stage} is ${found[stage]}, expected ${print}`);
});

await finish();
