'use strict';
// The hidden units of a stage: all their weights as images, and one of them closer.

const units = (() => {
  const MOST = 160;
  const box = byId('units');
  const one = byId('unit');
  let canvases = [];
  /** How often the canvases were made: new ones are empty. */
  let built = 0;
  let index = 0;
  let hidden = 0;

  const count = (stage) => {
    const layers = String(stage.settings.hidden).split(',').map(Number);
    return layers[0] > 0 ? layers[0] : 0;
  };

  function build() {
    const stage = chosenStage();
    if (!stage) return;
    hidden = count(stage);
    built += 1;
    const shown = hidden === 0 ? 10 : Math.min(MOST, hidden);
    const wanted = Number(address.view('unit') ?? 0);
    index = Number.isInteger(wanted) && wanted >= 0 && wanted < shown ? wanted : 0;
    const grid = make('div', { class: 'unit-grid', role: 'group', 'aria-label': 'Hidden units: arrow keys move among them' });
    const heading = hidden === 0 ? 'The weights of the ten outputs' : `The weights of the ${hidden > shown ? `first ${shown} of ${grouped(hidden)}` : hidden} hidden units`;
    canvases = Array.from({ length: shown }, (_, unit) => {
      const canvas = paint.canvas('unit-image');
      grid.append(make('button', {
        type: 'button', 'aria-label': `${hidden === 0 ? 'Output' : 'Hidden unit'} ${unit}`, 'aria-pressed': String(unit === index), onclick: () => pick(unit),
      }, canvas));
      return canvas;
    });
    fill(box, make('h3', {}, heading),
      make('p', { class: 'legend' }, make('span', { class: 'key for' }), ' ink speaks for it', make('span', { class: 'key against' }), ' ink speaks against it; each unit on its own scale'), grid);
    roving(grid, () => getComputedStyle(grid).gridTemplateColumns.split(' ').length);
    buildOne();
  }

  function pick(unit) {
    index = unit;
    address.setView('unit', unit === 0 ? null : unit);
    box.querySelectorAll('.unit-grid button').forEach((button, at) => button.setAttribute('aria-pressed', String(at === unit)));
    buildOne();
  }

  async function showAll() {
    const shown = canvases;
    const { weights } = await askChosen({ do: 'weights', units: shown.map((_, unit) => unit) });
    shown.forEach((canvas, unit) => paint.weights(canvas, weights.subarray(784 * unit, 784 * (unit + 1))));
  }

  // One unit.
  let parts = null;
  function buildOne() {
    parts = {
      image: paint.canvas('unit-large', 'Its weights'),
      text: make('p', { class: 'unit-text' }),
      says: bars('What it says to each output', 'says'),
      hears: bars('How active it is for each digit', 'hears'),
      excites: thumbsBox('What excites it most'),
    };
    fill(one, make('h3', {}, `${hidden === 0 ? 'Output' : 'Hidden unit'} ${index}`),
      make('div', { class: 'unit-head' }, parts.image, parts.text),
      hidden === 0 ? null : parts.says.box, hidden === 0 ? null : parts.hears.box,
      make('h4', {}, 'What excites it most'), parts.excites);
  }

  function bars(title, className) {
    const values = Array.from({ length: 10 }, () => ({ bar: make('i'), number: make('b') }));
    const list = make('div', { class: `digit-bars ${className}` }, values.map(({ bar, number }, digit) =>
      make('div', {}, make('span', { class: 'bar' }, bar), make('span', { class: 'digit' }, digit), number)));
    return { box: make('div', {}, make('h4', {}, title), list), values };
  }

  function setBars(values, numbers, digits) {
    const most = Math.max(1e-9, ...Array.from(numbers, Math.abs));
    values.forEach(({ bar, number }, digit) => {
      bar.style.transform = `scaleY(${Math.max(0.01, Math.abs(numbers[digit]) / most).toFixed(3)})`;
      bar.classList.toggle('below', numbers[digit] < 0);
      say(number, signed(numbers[digit], digits));
    });
  }

  async function showOne() {
    const shown = parts;
    const answer = await askChosen({ do: 'unit', index, most: 8 });
    const buttons = await imageButtons('test', [...answer.excitedBy.indices], (at) => answer.excitedBy.activations[at].toFixed(2), (at) => `activation ${answer.excitedBy.activations[at].toFixed(2)}`);
    // Another unit has parts of its own.
    if (shown !== parts) return;
    const largest = answer.weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
    paint.weights(parts.image, answer.weights, largest);
    say(parts.text, `largest weight ${signed(largest)}, bias ${signed(answer.bias)}`);
    if (answer.toOutputs.length === 10) setBars(parts.says.values, answer.toOutputs, 1);
    setBars(parts.hears.values, answer.byDigit, 2);
    replaceQuietly(parts.excites, buttons);
  }

  keepFresh(box, 250, () => (chosenStage()?.state ? `${versionOf(chosenStage())}:${built}` : null), showAll);
  keepFresh(one, 900, () => (chosenStage()?.state ? `${versionOf(chosenStage())}:${built}:${index}` : null), showOne);
  hub.on('opened chosen', build);
  return { count };
})();

/** Replaces what a box holds, unless the focus is in it: nobody's button goes away under the finger. */
function replaceQuietly(box, children) {
  if (!box.contains(document.activeElement) || !anyRunning()) fill(box, children);
}
