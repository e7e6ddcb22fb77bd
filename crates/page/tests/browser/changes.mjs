// What belongs to an experiment, a stage or a data set goes with it: `node changes.mjs ../../../../docs/lab.html`.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bars, checksOf, expect, finish, folder, pause, text } from './harness.mjs';

const check = checksOf(process.argv[2] ?? 'docs/lab.html', process.argv[3]);
const TWO = '#view.paused=1&stages=stochastic,gradient';

/** Steps an epoch on, and waits for it. */
async function learn(lab) {
  const epoch = (await lab.evaluate('stages()[0].state.epoch')) + 1;
  await lab.click('#step-epoch');
  await lab.until(`stages().every((stage) => stage.state.epoch === ${epoch} && stage.state.updates === ${epoch} * stage.state.updatesPerEpoch)`, `epoch ${epoch} is over`);
}

/** What a stage reads in the image in question, and what its lane says. */
const READ = "(async () => (await model.engine.ask('stochastic', { do: 'outputs', images: model.image.pixels })).outputs.map((output) => Math.round(100 * output)).join())()";
const LANE = "document.querySelector('.outputs').getAttribute('aria-label').match(/[01]\\.[0-9]{2}/gu).map((output) => Math.round(100 * output)).join()";
const laneIsTrue = (lab, when) => lab.until(`(async () => (await ${READ}) === ${LANE})()`, `the lane shows the outputs of the network ${when}`, 10);

await check('an image of the data before goes with them', { hash: TWO }, async (lab) => {
  await lab.evaluate("showImage('test', 1500)");
  await lab.until("model.image.index === 1500 && pad.loaded() !== null", 'a test image is in the pad');
  await lab.evaluate("changeExperiment('stages=stochastic,gradient&seed=2')");
  await lab.until("model.experiment.number === 2", 'another seed');
  expect((await lab.evaluate('model.image.index')) === 1500, 'an image that is still there left the pad');
  await lab.evaluate("changeExperiment('stages=stochastic,gradient&test-size=200')");
  await lab.until("model.experiment.number === 3", 'fewer test images');
  expect((await lab.evaluate('model.image.index')) === 0 && (await lab.evaluate("document.querySelector('#clear').disabled")), 'an image that is no test image any more stays in the pad');
  await lab.drop([bars(60)]);
  await lab.until("document.querySelector('.data-line').textContent.includes('bars')", 'the dropped file is the data');
  await lab.until("(async () => (await ask('desk', { do: 'images', set: 'test', indices: [0] })).images.join() === model.image.pixels.join())()", 'the image under the pen is of the new data', 5);
});

await check('a network from a file is what is shown, until Restart', { hash: TWO }, async (lab) => {
  for (let epoch = 0; epoch < 2; epoch += 1) await learn(lab);
  const bytes = await lab.evaluate("(async () => [...(await ask('stochastic', { do: 'network' })).file])()");
  const trained = await lab.evaluate("model.stages.get('stochastic').records.slice(-1)[0].testAccuracy");
  const file = join(folder, 'mine.safetensors');
  writeFileSync(file, Uint8Array.from(bytes));
  await lab.click('#restart');
  await lab.until('stages().every((stage) => stage.state.updates === 0)', 'the start');
  await laneIsTrue(lab, 'at the start');
  await lab.drop([file]);
  await lab.until("document.querySelector('#alert').textContent.includes('mine.safetensors is in stochastic')", 'the file is taken');
  expect((await text(lab, '.accuracy')) === `${(100 * trained).toFixed(1)} %`, `the lane says ${await text(lab, '.accuracy')}, where the network has ${trained}`);
  const right = await lab.evaluate("(() => { const { confusion } = model.stages.get('stochastic').records.slice(-1)[0]; return confusion.reduce((sum, row, digit) => sum + row[digit], 0) / confusion.flat().reduce((a, b) => a + b); })()");
  expect(Math.abs(right - trained) < 1e-9, `the confusion matrix has ${right} right, the network ${trained}`);
  await laneIsTrue(lab, 'from the file');
  await lab.click('#restart');
  await lab.until("model.stages.get('stochastic').state.loaded === false", 'Restart takes it away');
  await laneIsTrue(lab, 'after Restart');
  const wrong = join(folder, 'wrong.safetensors');
  writeFileSync(wrong, 'elephant');
  await lab.drop([wrong]);
  await lab.until("document.querySelector('#alert').textContent.includes('wrong.safetensors')", 'a file that is no network is refused by name');
});

await check('to another stage and back: nothing is left empty', { hash: TWO }, async (lab) => {
  await learn(lab);
  const drawn = "[...document.querySelectorAll('.unit-image, .unit-large')].every((canvas) => canvas.getContext('2d').getImageData(0, 0, 28, 28).data.some((level, at) => at % 4 === 3 && level > 0))";
  await lab.box('#units');
  await lab.until(drawn, 'the units are drawn');
  await lab.evaluate("choose('gradient'), choose('stochastic')");
  await lab.until(drawn, 'the units are drawn again', 5);
  await lab.box('#mistakes');
  const thumbs = "document.querySelectorAll('#cell .thumb-button').length > 0 && document.querySelectorAll('#mistakes .thumb-button').length > 0";
  await lab.until(thumbs, 'there are mistakes');
  await lab.evaluate("choose('gradient'), choose('stochastic')");
  await lab.until(thumbs, 'the mistakes are there again', 5);
  const colour = "document.querySelector('#mistakes canvas').getContext('2d').getImageData(0, 0, 1, 1).data[0] < 128";
  expect(!(await lab.evaluate(colour)), 'the paper is not light');
  await lab.call('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: 'dark' }] });
  await lab.until(colour, 'images at rest follow when it gets dark', 5);
});

await check('who is to rest, rests after another experiment was opened', { hash: '#stages=stochastic,gradient&train-size=5000' }, async (lab) => {
  for (let seed = 2; seed < 5; seed += 1) {
    await lab.until('anyRunning() && stages().every((stage) => stage.state.updates > 20)', 'they learn');
    await lab.evaluate(`location.hash = '#view.paused=1&stages=stochastic,gradient&train-size=5000&seed=${seed}'`);
    await lab.until(`model.experiment.number === ${2 * seed - 2} && model.early === null`, 'the other experiment');
    await pause(0.9);
    expect(!(await lab.evaluate('anyRunning()')), 'they learn, though the address says that they rest');
    await lab.evaluate(`location.hash = '#stages=stochastic,gradient&train-size=5000&seed=${seed}'`);
  }
});

await check('the pad, before its first image and while its answer is on the way', {
  before: `addEventListener('DOMContentLoaded', () => {
    const point = (type, x, y) => document.querySelector('#pad').dispatchEvent(new PointerEvent(type, { pointerId: 1, clientX: x, clientY: y, button: 0, bubbles: true }));
    window.stroke = (y) => { const box = document.querySelector('#pad').getBoundingClientRect(); document.querySelector('#pad').setPointerCapture = () => {}; point('pointerdown', box.left + 40, box.top + y); point('pointermove', box.right - 40, box.top + y); point('pointerup', box.right - 40, box.top + y); };
    const wait = setInterval(() => { if (model.engine && !model.image) { clearInterval(wait); stroke(60); document.querySelector('#undo').click(); window.hasDrawnEarly = true; } }, 1);
  });`,
}, async (lab) => {
  expect(await lab.evaluate('window.hasDrawnEarly'), 'nobody drew before the first image');
  await lab.evaluate('stroke(60)');
  await lab.until("model.image?.origin === 'drawn' && !pad.isBusy()", 'the pad still answers');
  // A second stroke, and kept before its normal form is there.
  await lab.evaluate("stroke(250); document.querySelector('.keep button').click()");
  await lab.until("document.querySelectorAll('.own-thumb').length === 1", 'it is kept');
  const height = await lab.evaluate("(() => { const [{ pixels }] = JSON.parse(sessionStorage.getItem('digit-stages drawings')); const lit = [...atob(pixels)].flatMap((level, at) => (level > '\\0' ? [Math.floor(at / 28)] : [])); return lit[lit.length - 1] - lit[0] + 1; })()");
  expect(height > 8, `half of a drawing was kept, ${height} pixels high`);
  expect((await text(lab, '#verdict')).startsWith('Kept as a 0'), 'nothing says that it is kept');
});

await check('changes of settings at once, and what is half typed', { hash: TWO }, async (lab) => {
  await lab.click('#open-settings');
  await lab.evaluate("void settingsSheet.change([['hidden', '12']]), void settingsSheet.change([['seed', '7']])");
  await lab.evaluate("byId('set-train-size').focus()");
  await lab.type('30');
  await lab.until("model.experiment.shared.seed === '7'", 'the second change');
  expect((await lab.evaluate('address.experiment()')).includes('hidden=12'), 'the first of two changes is lost');
  await lab.until("document.activeElement.id === 'set-train-size'", 'the focus stays');
  expect((await lab.evaluate("byId('set-train-size').value")) === '30', 'half of a number was taken away');
  await lab.type('0');
  await lab.press('Enter');
  await lab.until("model.data.train === 300", 'the number is read');
});

await check('a worker that dies stops nobody else', { hash: '#stages=stochastic,gradient,momentum' }, async (lab) => {
  await lab.until('anyRunning()', 'they learn');
  await lab.evaluate("model.engine.stages.get('gradient').fail('this worker stopped: a trial')");
  await lab.until("document.querySelector('#alert').textContent.includes('a trial')", 'it is told');
  await lab.click('#play');
  await lab.until('!anyRunning()', 'the others can be paused');
  const before = await lab.evaluate("model.stages.get('momentum').state.updates");
  await lab.click('#step-update');
  await lab.until(`model.stages.get('momentum').state.updates === ${before} + 1`, 'the others make updates');
  await lab.click('#restart');
  await lab.until('stages().every((stage) => stage.state.updates === 0 && !stage.state.error)', 'Restart brings it back');
  expect((await lab.evaluate("document.querySelectorAll('.accuracy')[1].title")) === '', 'its error is still told');
});

await check('a late answer reaches nobody', { hash: TWO }, async (lab) => {
  await learn(lab);
  for (let turn = 0; turn < 6; turn += 1) {
    await lab.evaluate(`misread.pick(0, 0); void showImage('test', 3).catch(complain); void changeExperiment('stages=gradient&hidden=${5 + turn}&test-size=2${turn}')`);
    await lab.until(`stages().length === 1 && stages()[0].settings.hidden === '${5 + turn}'`, 'another experiment');
    expect((await text(lab, '#alert')) === '', `the visitor is told: ${await text(lab, '#alert')}`);
    await lab.evaluate("changeExperiment('stages=stochastic,gradient')");
  }
});

await finish();
