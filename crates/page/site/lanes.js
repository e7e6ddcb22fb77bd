'use strict';
// A lane for each stage: what it answers to the image in question, its ten outputs, ten of its hidden units, where it is.

const lanes = (() => {
  const SHOWN = 10;
  const box = byId('lanes');
  const verdict = byId('verdict');
  let rows = new Map();
  /** The number of the image that a sentence is said about: somebody drew or chose it. */
  let about = null;
  const voice = make('p', { class: 'unseen', role: 'status' });
  verdict.after(voice);

  function build() {
    rows = new Map();
    const head = make('div', { class: 'lane lane-head', 'aria-hidden': 'true' },
      make('span', {}, 'rule'), make('span', {}, 'reads'),
      make('span', { class: 'digits' }, Array.from({ length: 10 }, (_, digit) => make('i', {}, digit))),
      make('span', { class: 'units-head' }), make('span', { class: 'right' }, 'correct'));
    fill(box, head, stages().map(row));
    fitHead(head);
  }

  function fitHead(head) {
    const count = chosenStage()?.settings.hidden;
    say(head.querySelector('.units-head'), count === '0' ? 'weights of the ten outputs' : 'ten hidden units, the same in each lane');
  }

  function row(stage) {
    const swatch = makeSvg('svg', { class: 'swatch', viewBox: '-8 -8 16 16', 'aria-hidden': 'true' }, mark(stage));
    const name = make('button', { type: 'button', class: 'lane-name', onclick: () => choose(stage.name) },
      swatch, make('b', {}, stage.name), make('span', { class: 'idea' }, stage.about.idea));
    const answer = make('span', { class: 'answer', 'aria-hidden': 'true' }, '–');
    const bars = Array.from({ length: 10 }, () => make('i'));
    const outputs = make('div', { class: 'outputs', role: 'img', 'aria-label': 'Outputs: none yet' }, bars);
    const strip = make('canvas', { class: 'pixels strip', width: 28 * SHOWN + 3 * (SHOWN - 1), height: 28, 'aria-hidden': 'true' });
    const accuracy = make('span', { class: 'accuracy' }, '–');
    const lane = make('div', { class: `lane stage-${stage.number}`, role: 'group', 'aria-label': stage.name }, name, answer, outputs, strip, accuracy, make('span', { class: 'unseen' }, 'of the test images are read correctly'));
    rows.set(stage.name, { stage, lane, name, answer, bars, outputs, strip, accuracy, digit: null });
    keepFresh(lane, 100, () => (model.image ? `${versionOf(stage)}:${model.image.number}` : null), () => answerOf(stage));
    keepFresh(strip, 150, () => (stage.state ? versionOf(stage) : null), () => unitsOf(stage));
    return lane;
  }

  async function answerOf(stage) {
    const image = model.image;
    const { outputs, predicted } = await ask(stage.name, { do: 'outputs', images: image.pixels });
    const row = rows.get(stage.name);
    if (row?.stage !== stage) return;
    row.digit = predicted[0];
    row.image = image.number;
    say(row.answer, String(predicted[0]));
    row.lane.classList.toggle('is-wrong', image.label !== null && predicted[0] !== image.label);
    row.bars.forEach((bar, digit) => {
      bar.style.transform = `scaleY(${Math.max(0.015, outputs[digit]).toFixed(3)})`;
      bar.classList.toggle('is-best', digit === predicted[0]);
    });
    row.outputs.setAttribute('aria-label', `Reads ${predicted[0]}. Outputs: ${Array.from(outputs, (output, digit) => `${digit}: ${output.toFixed(2)}`).join(', ')}`);
    judge();
  }

  async function unitsOf(stage) {
    const { weights, units } = await ask(stage.name, { do: 'weights', units: shownUnits(stage) });
    const row = rows.get(stage.name);
    if (row?.stage !== stage) return;
    const context = row.strip.getContext('2d');
    const small = paint.canvas('');
    for (let unit = 0; unit < Math.min(SHOWN, weights.length / 784, units); unit += 1) {
      paint.weights(small, weights.subarray(784 * unit, 784 * (unit + 1)));
      context.drawImage(small, unit * 31, 0);
    }
  }

  function shownUnits(stage) {
    const hidden = Number.parseInt(stage.settings.hidden, 10);
    const count = hidden > 0 ? hidden : 10;
    return Array.from({ length: Math.min(SHOWN, count) }, (_, unit) => unit);
  }

  /** One sentence on what all of them read. It stays true while they learn; it is spoken once, when a drawing ends. */
  function judge() {
    if (about === null) return;
    const now = [...rows.values()].filter((row) => row.digit !== null && row.image === about);
    if (now.length < rows.size) return;
    const counts = new Map();
    for (const { digit } of now) counts.set(digit, (counts.get(digit) ?? 0) + 1);
    const [digit, count] = [...counts].sort((a, b) => b[1] - a[1])[0];
    const whose = model.image.origin === 'drawn' ? '' : ` It is labelled ${model.image.label}.`;
    const sentence = (count === now.length ? `All read a ${digit}.` : `${count} of ${now.length} read a ${digit}.`) + whose;
    say(verdict, sentence);
    if (voice.textContent === '') say(voice, sentence);
  }

  function tell(sentence) {
    say(verdict, sentence);
    say(voice, sentence);
  }

  function show(name) {
    const row = rows.get(name);
    if (!row) return;
    const { state, records } = row.stage;
    const record = records[records.length - 1];
    say(row.accuracy, state?.error ? 'diverged' : record ? perCent(record.testAccuracy) : '–');
    row.accuracy.title = state?.error ?? '';
  }

  function showChosen() {
    for (const { stage, lane, name } of rows.values()) {
      lane.classList.toggle('is-chosen', stage.name === model.chosen);
      name.setAttribute('aria-pressed', String(stage.name === model.chosen));
    }
  }

  hub.on('opened', () => {
    build();
    showChosen();
  });
  hub.on('state record', show);
  hub.on('chosen', showChosen);
  hub.on('image', () => { about = null; tell(''); });
  hub.on('lifted', () => { about = model.image?.number ?? null; judge(); });
  hub.on('said', tell);
  return { shownUnits };
})();
