'use strict';
// The way of the image in question through the network that is looked into, with its numbers.

const forward = (() => {
  const box = byId('forward');
  const image = paint.canvas('forward-image', 'The image in question');
  const hiddenGrid = make('div', { class: 'activations', 'aria-hidden': 'true' });
  const hiddenText = make('p', { class: 'note' });
  const rows = Array.from({ length: 10 }, (_, digit) => {
    const cells = { excited: make('td'), held: make('td'), bias: make('td'), sum: make('td'), output: make('td'), bar: make('i') };
    const button = make('button', { type: 'button', 'aria-pressed': 'false', 'aria-label': `What the units say to ${digit}`, onclick: () => pick(digit) }, digit);
    const row = make('tr', {}, make('th', { scope: 'row' }, button), cells.excited, cells.held, cells.bias, cells.sum, cells.output, make('td', { class: 'bar-cell', 'aria-hidden': 'true' }, cells.bar));
    return { ...cells, row, button };
  });
  const table = make('table', { class: 'numbers' },
    make('caption', { class: 'unseen' }, 'The ten outputs: what speaks for each, what against, and what comes out'),
    make('thead', {}, make('tr', {}, ['digit', 'for', 'against', 'bias', 'sum z', 'o = σ(z)'].map((text) => make('th', { scope: 'col' }, text)), make('td', { 'aria-hidden': 'true' }))),
    make('tbody', {}, rows.map(({ row }) => row)));
  const speakers = make('div', { class: 'speakers' });
  const speakersHead = make('h4');
  const all = make('table', { class: 'numbers all' });
  const everything = make('details', {}, make('summary', {}, 'All numbers of the hidden units'), all);
  fill(box, make('h3', {}, 'One image, step by step'),
    make('div', { class: 'pass' },
      make('div', { class: 'pass-image' }, make('h4', {}, 'x: 784 grey levels'), image),
      make('div', { class: 'pass-hidden' }, make('h4', { class: 'h-head' }, 'h: hidden units'), hiddenGrid, hiddenText),
      make('div', { class: 'pass-outputs' }, make('h4', {}, 'o: ten outputs'), table),
      make('div', { class: 'pass-speakers' }, speakersHead, speakers)),
    everything);

  let picked = null;
  let answer = null;

  function pick(digit) {
    picked = digit;
    if (answer) showNumbers();
  }

  async function refresh() {
    const shown = model.image;
    const found = { ...await askChosen({ do: 'forward', image: shown.pixels }), units: [] };
    if (shown !== model.image) return;
    const last = found.layers[found.layers.length - 1];
    const most = last ? strongest(found, picked ?? found.predicted) : [];
    if (most.length > 0 && found.layers.length === 1) {
      const { weights } = await askChosen({ do: 'weights', units: most });
      if (shown !== model.image) return;
      found.units = most.map((unit, at) => ({ unit, weights: weights.slice(784 * at, 784 * (at + 1)) }));
    }
    answer = found;
    paint.ink(image, shown.pixels);
    showNumbers();
  }

  const focus = () => picked ?? answer.predicted;
  const width = () => answer.contributions.length / 10;

  /** The last hidden layer's units that weigh most on a digit, for or against. */
  function strongest({ contributions }, digit) {
    const units = contributions.length / 10;
    const of = contributions.subarray(digit * units, (digit + 1) * units);
    return [...of.keys()].sort((a, b) => Math.abs(of[b]) - Math.abs(of[a])).slice(0, 8);
  }

  function showNumbers() {
    const { layers, outputs, sums, biases, contributions, predicted } = answer;
    rows.forEach(({ row, button, excited, held, bias, sum, output, bar }, digit) => {
      let [above, below] = [0, 0];
      for (const value of contributions.subarray(digit * width(), (digit + 1) * width())) {
        if (value > 0) above += value;
        else below += value;
      }
      say(excited, signed(above));
      say(held, signed(below));
      say(bias, signed(biases[digit]));
      say(sum, signed(sums[digit]));
      say(output, outputs[digit].toFixed(3));
      bar.style.transform = `scaleX(${Math.max(0.01, outputs[digit]).toFixed(3)})`;
      row.classList.toggle('is-best', digit === predicted);
      button.setAttribute('aria-pressed', String(digit === focus()));
    });
    showHidden(layers);
    showSpeakers(layers);
  }

  function showHidden(layers) {
    const last = layers[layers.length - 1];
    const count = last ? last.units : 0;
    while (hiddenGrid.childElementCount > count) hiddenGrid.lastElementChild.remove();
    while (hiddenGrid.childElementCount < count) hiddenGrid.append(make('i'));
    for (let unit = 0; unit < count; unit += 1) hiddenGrid.children[unit].style.opacity = Math.max(0.06, Math.min(1, Math.abs(last.activations[unit]))).toFixed(2);
    const on = last ? last.activations.filter((activation) => activation > 0.5).length : 0;
    say(box.querySelector('.h-head'), layers.length > 1 ? `h: the last of ${layers.length} hidden layers` : 'h: hidden units');
    say(hiddenText, last ? `${on} of ${count} above one half; each square is a unit, dark where h is near 1` : 'No hidden layer: the outputs see the pixels themselves.');
    if (everything.open) {
      fill(all, make('thead', {}, make('tr', {}, ['unit', 'sum z', 'h'].map((text) => make('th', { scope: 'col' }, text)))),
        make('tbody', {}, Array.from({ length: count }, (_, unit) => make('tr', {},
          make('th', { scope: 'row' }, unit), make('td', {}, signed(last.sums[unit], 3)), make('td', {}, signed(last.activations[unit], 3))))));
    }
  }

  function showSpeakers(layers) {
    const digit = focus();
    const last = layers[layers.length - 1];
    say(speakersHead, last ? `Who decides about ${digit}: h times its weight` : `Which ink decides about ${digit}`);
    const of = answer.contributions.subarray(digit * width(), (digit + 1) * width());
    if (!last) {
      const canvas = paint.canvas('unit-large', `Ink for and against ${digit}`);
      paint.weights(canvas, of, of.reduce((most, value) => Math.max(most, Math.abs(value)), 0));
      fill(speakers, canvas);
      return;
    }
    const pictures = new Map(answer.units.map(({ unit, weights }) => [unit, weights]));
    fill(speakers, strongest(answer, digit).map((unit) => {
      const canvas = paint.canvas('thumb');
      if (pictures.has(unit)) paint.weights(canvas, pictures.get(unit));
      const said = of[unit];
      return make('figure', { class: said < 0 ? 'against' : 'for' }, pictures.has(unit) ? canvas : null,
        make('figcaption', {}, make('b', {}, signed(said)), make('span', {}, `unit ${unit}, h ${last.activations[unit].toFixed(2)}`)));
    }));
  }

  keepFresh(box, 350, () => (chosenStage()?.state && model.image ? `${versionOf(chosenStage())}:${model.image.number}:${picked}` : null), refresh);
  everything.addEventListener('toggle', () => answer && showHidden(answer.layers));
  hub.on('opened', () => { picked = null; answer = null; });
  return { refresh };
})();
