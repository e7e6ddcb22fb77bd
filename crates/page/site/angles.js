'use strict';
// How far each rule's step is turned away from the exact gradient: a protractor a stage.

const angles = (() => {
  const box = byId('angles');
  const LOSSES = ['squared error', 'cross-entropy'];
  const BLOCKS = ['all', 'W1', 'W2', 'b1', 'b2'];
  let loss = LOSSES[0];
  let block = 'all';
  let measured = new Map();
  /** The stage that is being measured. */
  let pending = null;

  const lossButtons = LOSSES.map((name) => make('button', { type: 'button', class: 'quiet', onclick: () => { loss = name; address.setView('loss', name === LOSSES[0] ? null : name); show(); } }, name));
  const blockButtons = BLOCKS.map((name) => make('button', { type: 'button', class: 'quiet', onclick: () => { block = name; address.setView('block', name === 'all' ? null : name); show(); } }, name));
  const row = make('div', { class: 'protractors' });
  const measure = make('button', { type: 'button', onclick: () => measureAll() }, 'Measure now');
  fill(box,
    make('p', {}, 'The angle between a rule’s step and the exact gradient: 0° is straight down the hill, 90° goes neither down nor up. ',
      'Thin: one batch against its own gradient. Thick: the mean step of an epoch against the mean gradient.'),
    make('div', { class: 'choices' }, make('div', { role: 'group', 'aria-label': 'The gradient of' }, 'gradient of ', lossButtons),
      make('div', { role: 'group', 'aria-label': 'Parameters' }, 'parameters ', blockButtons), measure),
    row);

  async function measureAll() {
    if (measure.disabled) return;
    measure.disabled = true;
    try {
      // While they learn, one after the other: nobody waits long, and the race stays fair.
      for (const stage of stages()) {
        pending = stage.name;
        show();
        const { angles: found, state } = await ask(stage.name, { do: 'angles' });
        measured.set(stage.name, { angles: found, epoch: state.samples / state.examples, isLoaded: state.loaded });
      }
    } catch (error) {
      complain(error);
    } finally {
      measure.disabled = false;
      pending = null;
      show();
    }
  }

  function show() {
    lossButtons.forEach((button, index) => button.setAttribute('aria-pressed', String(LOSSES[index] === loss)));
    blockButtons.forEach((button, index) => button.setAttribute('aria-pressed', String(BLOCKS[index] === block)));
    fill(row, stages().map((stage) => protractor(stage, measured.get(stage.name))));
  }

  function protractor(stage, answer) {
    const found = answer?.angles.find(({ to }) => to === loss)?.blocks.find((each) => each.block === block);
    const degrees = (value) => (value === null || value === undefined ? '–' : `${Math.round(value)}°`);
    const ray = (value, length, className) => value === null || value === undefined ? null
      : makeSvg('line', { class: className, x1: 0, y1: 0, x2: length * Math.cos((value * Math.PI) / 180), y2: -length * Math.sin((value * Math.PI) / 180) });
    const arc = (radius, from, to) => {
      const point = (value) => `${radius * Math.cos((value * Math.PI) / 180)},${-radius * Math.sin((value * Math.PI) / 180)}`;
      return `M${point(from)}A${radius},${radius} 0 0 0 ${point(to)}`;
    };
    const picture = makeSvg('svg', { viewBox: '-18 -106 136 116', class: `protractor stage-${stage.number}`, 'aria-hidden': 'true' },
      makeSvg('path', { class: 'scale', d: arc(98, 0, 90) }),
      [0, 30, 60, 90].map((value) => makeSvg('line', { class: 'scale', x1: 92 * Math.cos((value * Math.PI) / 180), y1: -92 * Math.sin((value * Math.PI) / 180), x2: 98 * Math.cos((value * Math.PI) / 180), y2: -98 * Math.sin((value * Math.PI) / 180) })),
      makeSvg('line', { class: 'true', x1: 0, y1: 0, x2: 98, y2: 0 }),
      found?.systematic > 1 ? makeSvg('path', { class: 'sweep', d: `${arc(46, 0, Math.min(179, found.systematic))}L0,0z` }) : null,
      ray(found?.batch, 80, 'ray thin'), ray(found?.systematic, 88, 'ray thick'));
    const text = found ? `batch ${degrees(found.batch)}, mean step ${degrees(found.systematic)}` : pending === stage.name ? 'measuring' : answer ? 'does not move them' : 'not measured yet';
    return make('figure', {}, picture, make('figcaption', {}, make('b', {}, stage.name), make('span', {}, text), make('span', {}, answer ? (answer.isLoaded ? 'as loaded' : `after ${Number(answer.epoch.toFixed(2))} epochs`) : '\u00a0')));
  }

  // By itself where nothing runs: a measurement takes a while.
  keepFresh(row, 700, () => (stages().some((stage) => stage.state) && !anyRunning() ? versionOfAll() : null), measureAll);
  hub.on('opened', () => {
    measured = new Map();
    loss = address.view('loss', LOSSES);
    block = address.view('block', BLOCKS);
    show();
  });
  return { show };
})();
