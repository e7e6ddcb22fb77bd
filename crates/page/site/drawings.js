'use strict';
// One's own test set: drawings that were kept in this tab, and each stage's score on them.

const drawings = (() => {
  const STORE = 'digit-stages drawings';
  const MOST = 500;
  const box = byId('drawings');
  /** { pixels, label } each. */
  let kept = read();
  /** name of a stage -> what it reads each as */
  let readings = new Map();
  let version = 0;

  const intro = make('p', { class: 'note' });
  const scores = make('ul', { class: 'scores', 'aria-live': 'off' });
  const list = make('div', { class: 'thumbs own-thumbs' });
  const exporter = make('button', { type: 'button', onclick: save }, 'Save as a file');
  const opener = make('input', { type: 'file', id: 'import-drawings', accept: '.csv,.gz', class: 'unseen', onchange: () => open(opener.files[0]) });
  const emptier = make('button', { type: 'button', onclick: () => { kept = []; changed(); } }, 'Remove all');
  fill(box, intro, scores, list, make('div', { class: 'choices' }, exporter, make('label', { for: 'import-drawings', class: 'button' }, 'Open a file'), opener, emptier));

  function read() {
    try {
      const found = JSON.parse(sessionStorage.getItem(STORE) ?? '[]');
      return found.slice(0, MOST).filter(({ label, pixels }) => Number.isInteger(label) && label >= 0 && label < 10 && /^[A-Za-z0-9+/=]+$/u.test(pixels))
        .map(({ label, pixels }) => ({ label, pixels: Uint8Array.from(atob(pixels), (character) => character.charCodeAt(0)) }))
        .filter(({ pixels }) => pixels.length === 784);
    } catch {
      return [];
    }
  }

  function write() {
    try {
      sessionStorage.setItem(STORE, JSON.stringify(kept.map(({ label, pixels }) => ({ label, pixels: btoa(String.fromCharCode(...pixels)) }))));
    } catch {
      // A browser that keeps nothing for files from disk: the set lives as long as the page.
    }
  }

  function changed() {
    version += 1;
    readings = new Map();
    write();
    show();
    hub.tell('drawings');
  }

  /** Keeps the drawing, once the image in question is the whole of it. */
  async function keep(label) {
    await pad.settled();
    const { image } = model;
    if (image?.origin !== 'drawn') return;
    if (kept.length >= MOST) {
      notice(`Your test set holds ${MOST} drawings, which is all it can. Remove some, or save it as a file.`);
      return;
    }
    kept.push({ label, pixels: image.pixels.slice() });
    changed();
    byId('clear').click();
    hub.tell('said', `Kept as a ${label}: ${kept.length} in your test set. The pad is empty again.`);
  }

  function pixelsOf(all) {
    const together = new Uint8Array(784 * all.length);
    all.forEach(({ pixels }, at) => together.set(pixels, 784 * at));
    return together;
  }

  async function save() {
    try {
      const { file } = await model.engine.ask('desk', { do: 'export', images: pixelsOf(kept), labels: Uint8Array.from(kept, ({ label }) => label) });
      download('my-digits.csv', file, 'text/csv');
    } catch (error) {
      complain(error);
    }
  }

  async function open(file) {
    if (!file) return;
    try {
      const bytes = new Uint8Array(await file.arrayBuffer());
      const { images, labels, notes } = await model.engine.ask('desk', { do: 'import', name: file.name, bytes });
      const room = Math.min(labels.length, MOST - kept.length);
      for (let at = 0; at < room; at += 1) kept.push({ label: labels[at], pixels: images.slice(784 * at, 784 * (at + 1)) });
      if (room < labels.length) notice(`${labels.length} images in ${file.name}; your test set takes ${MOST}, so the first ${room} were added.`);
      else if (notes.length > 0) notice(notes.join(' '));
      changed();
    } catch (error) {
      complain(error);
    }
    opener.value = '';
  }

  function show() {
    say(intro, kept.length === 0
      ? 'Draw digits above and keep each under its name: they become a test set of your own hand, in this tab only.'
      : `${kept.length} ${kept.length === 1 ? 'drawing' : 'drawings'}, in this tab only.`);
    exporter.disabled = emptier.disabled = kept.length === 0;
    fill(list, kept.map(({ pixels, label }, at) => {
      const put = imageButton(pixels, `${label}`, `Drawing ${at + 1}, kept as ${label}. Put it into the pad`, () => pad.load({ pixels, label, index: at, origin: 'own' }));
      const remove = make('button', { type: 'button', class: 'remove', 'aria-label': `Remove drawing ${at + 1}`, onclick: () => { kept.splice(at, 1); changed(); } }, '×');
      return make('div', { class: 'own-thumb' }, put, remove);
    }));
    showScores();
  }

  function showScores() {
    scores.hidden = kept.length === 0;
    fill(scores, kept.length === 0 ? [] : stages().map((stage) => {
      const found = readings.get(stage.name);
      const right = found ? kept.filter(({ label }, at) => found[at] === label).length : null;
      return make('li', { class: `stage-${stage.number}` }, makeSvg('svg', { class: 'swatch', viewBox: '-8 -8 16 16', 'aria-hidden': 'true' }, mark(stage)),
        make('span', {}, stage.name), make('b', {}, right === null ? '–' : `${right} of ${kept.length}`));
    }));
    const chosen = readings.get(model.chosen);
    list.querySelectorAll('.own-thumb').forEach((thumb, at) => thumb.classList.toggle('is-wrong', Boolean(chosen) && chosen[at] !== kept[at].label));
  }

  async function judge() {
    const now = version;
    const images = pixelsOf(kept);
    for (const stage of stages()) {
      const { predicted } = await ask(stage.name, { do: 'outputs', images });
      if (now !== version) return;
      readings.set(stage.name, predicted);
    }
    showScores();
  }

  keepFresh(box, 500, () => (kept.length > 0 && stages().length > 0 ? `${version}:${versionOfAll()}` : null), judge);
  hub.on('opened', () => { readings = new Map(); show(); });
  hub.on('chosen colours', show);
  return { keep };
})();
