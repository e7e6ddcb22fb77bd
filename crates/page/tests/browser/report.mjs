// Drives a page that `compare --report` wrote: `node report.mjs FILE.html`.

import { SHAPES } from './digits.mjs';
import { checksOf, expect, finish, text } from './harness.mjs';

const check = checksOf(process.argv[2], undefined);

await check('a report begins with the trained networks, and their curves', { hash: '' }, async (lab) => {
  await lab.until('stages().every((stage) => stage.records.length >= 3)', 'every stage has its curve');
  expect(!(await lab.evaluate('anyRunning()')), 'a report learns by itself');
  expect((await text(lab, '#lead')).includes('A run of the comparison'), 'nothing says that it is a report');
  const same = await lab.evaluate('stages().every((stage) => { const run = model.engine.report.results.stages.find((each) => each.stage === stage.name).runs[0]; return stage.records[stage.records.length - 1].testAccuracy === run.history[run.history.length - 1].test_accuracy; })');
  expect(same, 'the curves do not end where the run did');
  // A large test set is in a report in part, so the two differ by a few points.
  const measured = await lab.evaluate('stages().every(({ records }) => { const { confusion, testAccuracy } = records[records.length - 1]; return confusion === null || Math.abs(confusion.reduce((sum, row, digit) => sum + row[digit], 0) / confusion.flat().reduce((a, b) => a + b) - testAccuracy) < 0.06; })');
  expect(measured, 'the confusion matrix is not that of the trained networks');
  await lab.until("(async () => { const found = await Promise.all(stages().map(async ({ name }) => (await model.engine.ask(name, { do: 'outputs', images: model.image.pixels })).predicted[0])); return found.join() === [...document.querySelectorAll('.answer')].map((answer) => answer.textContent).join(); })()", 'the answers are those of the trained networks', 10);
  await lab.draw('#pad', SHAPES[0][0]);
  await lab.until("model.image.origin === 'drawn' && [...document.querySelectorAll('.answer')].every((answer) => /[0-9]/u.test(answer.textContent))", 'the trained networks answer');
  // What is above it still grows when it is scrolled to for the first time.
  await lab.until("(byId('mistakes').scrollIntoView(), document.querySelectorAll('#mistakes .thumb-button').length > 0)", 'mistakes are shown from the images in it');
});

await check('a report can be trained anew', { hash: '' }, async (lab) => {
  await lab.until('stages().every((stage) => stage.records.length >= 3)', 'every stage has its curve');
  await lab.click('#restart');
  await lab.until('stages().every((stage) => stage.state.updates === 0 && stage.records.length === 1)', 'every stage is at its start');
  await lab.click('#step-update');
  await lab.until('stages().every((stage) => stage.state.updates === 1)', 'an update was made');
});

await check('lanes that have answered by untrained networks answer anew by the trained ones', { hash: '' }, async (lab) => {
  await lab.until('stages().every((stage) => stage.records.length >= 3)', 'every stage has its curve');
  const isTrue = "(async () => { const found = await Promise.all(stages().map(async ({ name }) => (await ask(name, { do: 'outputs', images: model.image.pixels })).outputs.map((output) => Math.round(100 * output)).join())); return found.join() === [...document.querySelectorAll('.outputs')].map((outputs) => outputs.getAttribute('aria-label').match(/[01]\\.[0-9]{2}/gu).map((output) => Math.round(100 * output)).join()).join(); })()";
  await lab.click('#restart');
  await lab.until('stages().every((stage) => stage.state.updates === 0 && !stage.state.loaded)', 'every stage is at its start');
  await lab.until(isTrue, 'the lanes show the start', 10);
  await lab.evaluate('showReport()');
  await lab.until(isTrue, 'the lanes show the trained networks', 10);
});

await finish();
