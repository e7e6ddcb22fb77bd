// Drives the page as a visitor would: `node lab.mjs ../../../../docs/lab.html`. Needs Chromium (Debian's package `chromium`, or
// $CHROMIUM), and nothing else. Ends with 1 where something is not as it should be. SCREENSHOTS=FOLDER keeps pictures.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { everyDigit, SHAPES } from './digits.mjs';
import { bars, barsIdx, checksOf, expect, finish, folder, pause, text } from './harness.mjs';

const check = checksOf(process.argv[2] ?? 'docs/lab.html', process.argv[3]);

const updates = (lab) => lab.evaluate('stages().map((stage) => stage.state.updates)');
const answers = (lab) => lab.evaluate("[...document.querySelectorAll('.answer')].map((answer) => answer.textContent)");

await check('learns by itself, and pauses', { hash: '' }, async (lab) => {
  await lab.until('stages().every((stage) => stage.records.length >= 4)', 'every stage has been measured four times');
  await lab.click('#play');
  await lab.until('!anyRunning()', 'nothing runs after Pause');
  const before = await updates(lab);
  await pause(0.4);
  expect(String(await updates(lab)) === String(before), 'updates go on after Pause');
  expect(before.every((count) => count > 0), `no updates were made: ${before}`);
});

await check('one update, one epoch, again from the start', {}, async (lab) => {
  expect(String(await updates(lab)) === '0,0,0,0,0', `a paused page starts at ${await updates(lab)}`);
  await lab.click('#step-update');
  await lab.until('stages().every((stage) => stage.state.updates === 1)', 'every stage has made one update');
  await lab.click('#step-epoch');
  await lab.until('stages().every((stage) => stage.state.updates === stage.state.updatesPerEpoch)', 'every stage is at the end of its epoch');
  await lab.click('#restart');
  await lab.until('stages().every((stage) => stage.state.updates === 0 && stage.records.length === 1)', 'every stage is back at the start');
});

await check('after an epoch, however it was reached, the fingerprints are the same', {}, async (lab) => {
  const prints = async () => {
    await lab.evaluate('terminal.fingerprints()');
    return lab.evaluate("[...document.querySelectorAll('.fingerprint')].map((print) => print.textContent).join()");
  };
  await lab.click('#step-epoch');
  await lab.until('stages().every((stage) => stage.state.updates === stage.state.updatesPerEpoch)', 'an epoch was made');
  const first = await prints();
  expect(/[0-9a-f]{16}/u.test(first), `no fingerprint in ${first}`);
  await lab.click('#restart');
  await lab.until('stages().every((stage) => stage.state.updates === 0)', 'the start');
  for (let step = 0; step < 3; step += 1) await lab.click('#step-update');
  await lab.until('stages().every((stage) => stage.state.updates === 3)', 'three updates');
  await lab.click('#step-epoch');
  await lab.until('stages().every((stage) => stage.state.updates === stage.state.updatesPerEpoch)', 'an epoch was made again');
  expect((await prints()) === first, 'the same epoch gave other parameters');
});

await check('settings: a change, a wrong value, a rule more', {}, async (lab) => {
  await lab.click('#open-settings');
  const set = async (id, value) => {
    await lab.click(id);
    await lab.evaluate(`document.querySelector('${id}').select()`);
    await lab.type(value);
    await lab.press('Enter');
  };
  await set('#set-hidden', '12');
  await lab.until("document.querySelectorAll('.unit-grid button').length === 12", 'there are twelve hidden units');
  expect((await lab.evaluate('location.hash')).includes('hidden=12'), 'the address does not say hidden=12');
  await set('#set-seed', 'elephant');
  await lab.until("document.querySelector('.problems').textContent.includes('elephant')", 'the sheet says what is wrong with a seed of elephant');
  expect(!(await lab.evaluate('location.hash')).includes('elephant'), 'a wrong value went into the address');
  await lab.click('#with-improved');
  await lab.until('stages().length === 6', 'improved learns, too');
  await lab.click('#close-settings');
  expect(!(await lab.evaluate("document.querySelector('#settings').open")), 'the sheet stays open');
});

await check('every preset opens, and learns', {}, async (lab) => {
  const count = await lab.evaluate('PRESETS.length');
  for (let index = 0; index < count; index += 1) {
    const before = await lab.evaluate('model.experiment.number');
    await lab.evaluate(`(() => { const s = document.querySelector('#preset'); s.value = '${index}'; s.dispatchEvent(new Event('change')); })()`);
    await lab.until(`model.experiment.number > ${before} && stages().length > 0 && stages().every((stage) => stage.state)`, `preset ${index} is open`);
    expect((await text(lab, '#alert')) === '', `preset ${index}: ${await text(lab, '#alert')}`);
    expect((await lab.evaluate('address.experiment()')) === (await lab.evaluate(`PRESETS[${index}].address`)), `preset ${index} has another address`);
    await lab.click('#step-update');
    await lab.until('stages().every((stage) => stage.state.updates === 1)', `preset ${index} makes an update`);
  }
});

await check('a stage is closed while somebody waits for its answer', {}, async (lab) => {
  for (let turn = 0; turn < 5; turn += 1) {
    await lab.evaluate(`changeExperiment(PRESETS[0].address)`);
    await lab.until('stages().length === 5 && stages().every((stage) => stage.state)', 'all five are open');
    // What the buttons of the panels do, all at once, and the change before any of it is answered.
    await lab.evaluate(`void (waits = ['no-bias', 'momentum'].map((name) => model.engine.ask(name, { do: 'angles' }).catch((error) => error)))`);
    await lab.evaluate('void (prints = terminal.fingerprints())');
    await lab.evaluate(`changeExperiment(PRESETS[1].address)`);
    const answers = await lab.evaluate("Promise.race([Promise.all(waits), new Promise((done) => setTimeout(done, 5000, ['silence']))]).then((all) => all.map(String))");
    expect(!answers.includes('silence'), 'a question to a closed stage is never answered');
    await lab.evaluate('prints');
    expect((await text(lab, '#alert')) === '', `the visitor is told: ${await text(lab, '#alert')}`);
  }
});

await check('a hostile address is refused in words', { hash: '#view.paused=1&hidden=1e99&seed=-1&stages=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E&view.axis=%E0%A4%A&nonsense&=&view.stage=__proto__' }, async (lab) => {
  expect((await text(lab, '#alert')).length > 20, 'nothing is said about it');
  expect((await lab.evaluate("document.querySelectorAll('img').length")) === 0, 'text of the address became an element');
  expect((await lab.evaluate('stages().length')) > 0, 'nothing is open');
});

await check('drawing with the mouse: answers, undo, clear, the steps of the normal form', { hash: '#view.paused=1&stages=stochastic,gradient' }, async (lab) => {
  for (let epoch = 1; epoch <= 3; epoch += 1) {
    await lab.click('#step-epoch');
    await lab.until(`stages().every((stage) => stage.state.epoch === ${epoch} && stage.state.updates === ${epoch} * stage.state.updatesPerEpoch)`, `epoch ${epoch}`);
  }
  await lab.draw('#pad', SHAPES[0][0]);
  await lab.until("document.querySelector('#verdict').textContent === 'All read a 0.'", 'both rules read a 0', 10);
  expect((await lab.evaluate("model.image.origin")) === 'drawn', 'the image in question is not the drawing');
  await lab.click('.seen-text button');
  expect((await lab.evaluate("document.querySelectorAll('#steps li').length")) === 3, 'the steps of the normal form are not shown');
  await lab.evaluate('var before = model.images, two; 1');
  await lab.draw('#pad', [[[0.2, 0.2], [0.8, 0.8]]]);
  await lab.until('model.images > before && !pad.isBusy()', 'there is a normal form of both strokes');
  await lab.evaluate('two = model.image.pixels.join(); 1');
  await lab.click('#undo');
  await lab.until('model.image.pixels.join() !== two', 'Undo takes back the stroke');
  await lab.click('#clear');
  await lab.until("model.image.origin === 'test' && document.querySelector('#clear').disabled", 'Clear empties the pad');
});

await check('drawing with a finger, while they learn', { hash: '', width: 390, height: 844, touch: true }, async (lab) => {
  await lab.drawByFinger('#pad', SHAPES[1][0]);
  await lab.until("model.image.origin === 'drawn'", 'the drawing is in question');
  const scrolled = await lab.evaluate('scrollY');
  await lab.drawByFinger('#pad', SHAPES[1][0]);
  expect((await lab.evaluate('scrollY')) === scrolled, 'the page scrolls under the finger');
  const first = await lab.evaluate("document.querySelector('.outputs').getAttribute('aria-label')");
  await lab.until(`document.querySelector('.outputs').getAttribute('aria-label') !== ${JSON.stringify(first)}`, 'the answer follows the learning');
});

await check('drawing and training by keys alone', {}, async (lab) => {
  await lab.evaluate("document.querySelector('#pad').focus()");
  for (let step = 0; step < 8; step += 1) await lab.press('ArrowUp');
  await lab.press('Enter');
  for (let step = 0; step < 16; step += 1) await lab.press('ArrowDown');
  await lab.press('Enter');
  await lab.until("model.image.origin === 'drawn'", 'arrows and Enter draw');
  await lab.press('Delete');
  await lab.until("model.image.origin === 'test'", 'Delete clears');
  await lab.evaluate('document.activeElement.blur()');
  await lab.press(' ');
  await lab.until('anyRunning()', 'the space bar starts');
  await lab.press(' ');
  await lab.until('!anyRunning()', 'the space bar pauses');
  await lab.evaluate("document.querySelector('.unit-grid button').focus()");
  await lab.press('ArrowRight');
  await lab.press('Enter');
  await lab.until("document.querySelector('#unit h3').textContent === 'Hidden unit 1'", 'arrows and Enter choose a hidden unit');
});

await check('looking inside: stages, units, cells, mistakes, images', { hash: '#view.paused=1&stages=stochastic,gradient' }, async (lab) => {
  await lab.click('#step-epoch');
  await lab.until('stages().every((stage) => stage.state.epoch === 1)', 'an epoch was made');
  await lab.click('#tabs button:nth-child(2)');
  await lab.until("document.querySelector('#inside-heading').textContent === 'Inside gradient'", 'the second stage is looked into');
  expect((await lab.evaluate("document.querySelectorAll('#rule math').length")) >= 4, 'the formula is not there');
  await lab.click('.unit-grid button:nth-child(6)');
  await lab.until("document.querySelectorAll('#unit .thumb-button').length === 8", 'eight images that excite the unit');
  await lab.box('#forward');
  await lab.until("document.querySelectorAll('#forward .activations i').length === 128", 'the forward pass shows 128 hidden units');
  await lab.until("document.querySelectorAll('#forward .speakers figure').length === 8", 'the units that decide');
  await lab.click('.confusion tbody tr:nth-child(4) td:nth-child(5) button');
  await lab.until("/read as 3/u.test(document.querySelector('#cell h3').textContent)", 'the images of a cell');
  await lab.box('#mistakes');
  await lab.until("document.querySelectorAll('#mistakes .thumb-button').length > 3", 'the surest mistakes');
  await lab.click('#mistakes .thumb-button');
  await lab.until("model.image.origin === 'test' && !document.querySelector('#clear').disabled", 'a mistake is in the pad');
  await lab.box('#angles');
  await lab.until("document.querySelectorAll('.protractor .ray').length >= 2", 'angles are measured', 30);
});

await check('an own test set: kept, scored, saved, opened again', {}, async (lab) => {
  await lab.draw('#pad', SHAPES[7][0]);
  await lab.until("model.image.origin === 'drawn'", 'the drawing is in question');
  await lab.click('.keep button:nth-of-type(8)');
  await lab.until("document.querySelectorAll('.own-thumb').length === 1", 'the drawing is kept');
  await lab.box('#drawings');
  await lab.until("[...document.querySelectorAll('.scores b')].every((score) => / of 1$/u.test(score.textContent))", 'every stage has a score');
  const csv = await lab.evaluate(`(async () => { const { file } = await model.engine.ask('desk', { do: 'export', images: model.image.pixels, labels: Uint8Array.of(7) }); return new TextDecoder().decode(file); })()`);
  const file = join(folder, 'mine.csv');
  writeFileSync(file, csv);
  await lab.choose('#import-drawings', [file]);
  await lab.until("document.querySelectorAll('.own-thumb').length === 2", 'the saved file can be opened');
  await lab.click('.own-thumb .remove');
  await lab.until("document.querySelectorAll('.own-thumb').length === 1", 'a drawing can be removed');
});

await check('dropped files: data, and what is none', {}, async (lab) => {
  await lab.drop([bars(60)]);
  await lab.until("document.querySelector('.data-line').textContent.includes('bars')", 'the dropped file is the data');
  await lab.click('#step-epoch');
  await lab.until('stages().every((stage) => stage.state.epoch === 1)', 'they learn from it');
  const before = await text(lab, '.data-line');
  await lab.drop(barsIdx(40));
  await lab.until(`document.querySelector('.data-line').textContent !== ${JSON.stringify(before)}`, 'IDX files are the data');
  const bad = join(folder, 'bad.csv');
  writeFileSync(bad, '3,1,2,elephant\n');
  await lab.drop([bad]);
  await lab.until("document.querySelector('#alert').textContent.includes('bad.csv')", 'a bad file is refused by name');
  expect((await text(lab, '.data-line')).includes('bars'), 'a bad file changed the data');
  await lab.click('.data .quiet');
  await lab.until("document.querySelector('.data-line').textContent.includes('practice')", 'the practice digits are back');
});

await check('names for whoever cannot see it', {}, async (lab) => {
  await lab.evaluate("document.querySelectorAll('section').forEach((section) => section.scrollIntoView())");
  await lab.evaluate('scrollTo(0, 0)');
  await lab.until("[...document.querySelectorAll('.answer')].every((answer) => /[0-9]/u.test(answer.textContent))", 'every rule answers');
  const tree = await lab.accessibility();
  const nameless = tree.filter(({ role, name }) => ['button', 'combobox', 'checkbox', 'textbox', 'link', 'img', 'image', 'application', 'region'].includes(role) && !name.trim());
  expect(nameless.length === 0, `without a name: ${nameless.map(({ role }) => role).join(', ')}`);
  for (const role of ['banner', 'main', 'contentinfo']) expect(tree.some((node) => node.role === role), `there is no ${role}`);
  expect(tree.filter(({ role }) => role === 'heading').length >= 8, 'too few headings to find one’s way');
  expect(tree.some(({ role, name }) => role === 'application' && name.includes('pad')), 'the pad has no name');
  expect(tree.some(({ name }) => name.startsWith('Test accuracy against epochs.')), 'the curves have no words');
  const live = tree.filter(({ role }) => role === 'status' || role === 'alert').length;
  expect(live <= 4, `${live} regions would speak by themselves`);
  for (const [at, name] of (await lab.evaluate('stages().map(({ name }) => name)')).entries()) expect(tree.some((node) => node.role === 'group' && node.name === name), `lane ${at + 1} is not a group called ${name}`);
  expect(tree.some(({ name }) => /^Reads [0-9]\. Outputs: 0: /u.test(name)), 'what a rule reads is not said with its outputs');
});

await check('the keys of Tab: every stop is seen, and few are needed', {}, async (lab) => {
  await lab.evaluate("(async () => { for (const section of document.querySelectorAll('section')) { section.scrollIntoView(); await new Promise((done) => setTimeout(done, 1600)); } scrollTo(0, 0); })()");
  await lab.evaluate("document.activeElement.blur()");
  const stops = [];
  for (let stop = 0; stop < 120; stop += 1) {
    await lab.press('Tab');
    const here = await lab.evaluate("(() => { const e = document.activeElement; if (e === document.body) return null; const seen = e.classList.contains('unseen') ? e.labels?.[0] ?? e.previousElementSibling : e; return [e.id || e.getAttribute('aria-label') || e.textContent.slice(0, 30), getComputedStyle(seen).outlineStyle]; })()");
    if (here === null) break;
    stops.push(here);
  }
  const unseen = stops.filter(([, outline]) => outline === 'none').map(([name]) => name);
  expect(unseen.length === 0, `the focus is not to be seen on ${unseen.join(', ')}`);
  expect(stops.length > 40 && stops.length < 80, `${stops.length} stops`);
  expect(stops.some(([name]) => name === 'open-files'), 'the last button is never reached');
});

await check('nothing is spoken while they learn', { hash: '' }, async (lab) => {
  await lab.until('anyRunning()', 'they learn');
  await lab.evaluate("var spoken = 0; for (const each of document.querySelectorAll('[role=status], [role=alert]')) new MutationObserver(() => (spoken += 1)).observe(each, { childList: true, characterData: true, subtree: true }); 1");
  await pause(3);
  expect((await lab.evaluate('spoken')) === 0, 'something is spoken by itself');
  await lab.draw('#pad', SHAPES[0][0]);
  await lab.until("document.querySelector('.draw [role=status]').textContent !== ''", 'a drawing is answered aloud');
  await lab.evaluate('spoken = 0');
  await pause(2);
  expect((await lab.evaluate('spoken')) === 0, 'the answer is spoken again and again');
});

await check('nothing jumps while they learn', { hash: '' }, async (lab) => {
  await lab.evaluate("window.shifts = []; new PerformanceObserver((list) => list.getEntries().forEach((entry) => shifts.push(entry.value))).observe({ type: 'layout-shift' }); 1");
  await pause(4);
  const sum = await lab.evaluate('shifts.reduce((sum, shift) => sum + shift, 0)');
  expect(sum < 0.01, `the layout moved by ${sum}`);
});

for (const scheme of ['light', 'dark']) {
  await check(`colours can be told from the ground, ${scheme}`, { scheme }, async (lab) => {
    const weak = await lab.evaluate(`(() => {
      const level = (part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);
      const light = (name) => { const [r, g, b] = [1, 3, 5].map((at) => level(parseInt(getComputedStyle(document.documentElement).getPropertyValue(name).trim().slice(at, at + 2), 16))); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
      const contrast = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
      const stages = [1, 2, 3, 4, 5, 6].map((stage) => ['--stage-' + stage, 3]);
      return [['--ink', 7], ['--soft', 4.5], ['--wrong', 4.5], ...stages].flatMap(([name, least]) => ['--ground', '--paper'].filter((ground) => contrast(name, ground) < least).map((ground) => name + ' on ' + ground + ' ' + contrast(name, ground).toFixed(1)));
    })()`);
    expect(weak.length === 0, `too weak: ${weak.join(', ')}`);
  });
}

for (const [width, height] of [[390, 844], [768, 1024], [1280, 800], [1920, 1080]]) {
  for (const scheme of ['light', 'dark']) {
    await check(`fits ${width} pixels, ${scheme}`, { hash: '#view.pace=full', width, height, scheme, calm: scheme === 'dark', scale: width === 390 ? 2 : 1 }, async (lab) => {
      await pause(process.env.SCREENSHOTS ? 8 : 0.5);
      if (process.env.SCREENSHOTS) await lab.shoot(join(process.env.SCREENSHOTS, `${width}-${scheme}.png`));
      const wide = await lab.evaluate('document.documentElement.scrollWidth');
      expect(wide <= width, `the page is ${wide} pixels wide`);
    });
  }
}

await check('after 30 epochs the best rule reads nine of ten drawn digits', { hash: '#view.paused=1' }, async (lab) => {
  await lab.evaluate('model.engine.run(undefined, { until: { epoch: 30 }, samplesPerSecond: null })');
  await lab.until('stages().every((stage) => stage.state.epoch >= 30 && !stage.state.running)', 'thirty epochs are done', 240);
  const right = {};
  const digits = everyDigit();
  const missed = [];
  for (const { digit, shape, place, strokes } of digits) {
    await lab.evaluate("document.querySelector('#clear').click()");
    const before = await lab.evaluate('model.images');
    await lab.draw('#pad', strokes);
    await lab.until(`model.images > ${before} && model.image.origin === 'drawn' && !pad.isBusy()`, 'the drawing is in question');
    const read = await lab.evaluate("(async () => Object.fromEntries(await Promise.all(stages().map(async ({ name }) => [name, (await model.engine.ask(name, { do: 'outputs', images: model.image.pixels })).predicted[0]]))))()");
    for (const [name, answer] of Object.entries(read)) right[name] = (right[name] ?? 0) + (answer === digit ? 1 : 0);
    if (read.stochastic !== digit) missed.push(`${digit} (shape ${shape}, place ${place}) as ${read.stochastic}`);
  }
  const best = Math.max(...Object.values(right));
  console.log(`        of ${digits.length}: ${Object.entries(right).map(([name, count]) => `${name} ${count}`).join(', ')}`);
  if (missed.length > 0) console.log(`        stochastic misread ${missed.join(', ')}`);
  expect(best >= 0.9 * digits.length, `the best rule reads ${best} of ${digits.length}`);
});

await finish();
