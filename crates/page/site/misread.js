'use strict';
// What the stage that is looked into misreads: the confusion matrix, the images of a cell, the surest mistakes.

const misread = (() => {
  const box = byId('confusion');
  const cellBox = byId('cell');
  const mistakesBox = byId('mistakes');
  const MOST = 18;
  /** The cell that somebody picked; until then it is the commonest mistake. */
  let picked = null;
  /** The cell whose images are shown. */
  let cell = null;
  /** How often all images were taken away. */
  let forgotten = 0;

  const cells = Array.from({ length: 10 }, (_, label) => Array.from({ length: 10 }, (_, predicted) =>
    make('button', { type: 'button', onclick: () => pick(label, predicted) })));
  const table = make('table', { class: 'confusion' },
    make('caption', {}, make('span', {}, 'Rows: what it is. Columns: what it is read as. Click a number for its images.')),
    make('thead', {}, make('tr', {}, make('td'), Array.from({ length: 10 }, (_, digit) => make('th', { scope: 'col' }, digit)), make('th', { scope: 'col', class: 'recall' }, 'recall'))),
    make('tbody', {}, cells.map((row, label) => make('tr', {}, make('th', { scope: 'row' }, label), row.map((button) => make('td', {}, button)), make('td', { class: 'recall' })))));
  box.append(make('h3', {}, 'Confusion matrix'), table);
  roving(table, () => 10);
  const thumbs = thumbsBox('The images of a cell');
  const cellHead = make('h3', {}, 'The images of a cell');
  cellBox.append(cellHead, thumbs);
  const worst = thumbsBox('The surest mistakes');
  mistakesBox.append(make('h3', {}, 'The surest mistakes'), worst);

  function showMatrix() {
    const stage = chosenStage();
    const record = stage?.records[stage.records.length - 1];
    say(byId('wrong-heading'), stage ? `What ${stage.name} misreads` : 'What it misreads');
    if (!record) return;
    if (!record.confusion) {
      // A report without this network knows its curve alone.
      for (const button of cells.flat()) say(button, '·');
      for (const row of table.tBodies[0].rows) say(row.lastElementChild, '–');
      return;
    }
    const most = Math.max(1, ...record.confusion.flatMap((row, label) => row.filter((_, predicted) => predicted !== label)));
    record.confusion.forEach((row, label) => {
      const total = row.reduce((sum, count) => sum + count, 0);
      row.forEach((count, predicted) => {
        const button = cells[label][predicted];
        say(button, count === 0 ? '·' : String(count));
        button.setAttribute('aria-label', `${count} ${count === 1 ? 'image' : 'images'} of ${label} read as ${predicted}`);
        button.setAttribute('aria-pressed', String(cell !== null && cell[0] === label && cell[1] === predicted));
        button.classList.toggle('right-answer', label === predicted);
        button.style.setProperty('--strength', (label === predicted ? (total ? count / total : 0) : Math.sqrt(count / most)).toFixed(3));
      });
      say(table.tBodies[0].rows[label].lastElementChild, total ? perCent(row[label] / total) : '–');
    });
  }

  function pick(label, predicted) {
    picked = [label, predicted];
    showCell().catch(complain);
  }

  async function showCell() {
    const shown = picked ?? commonest(chosenStage());
    cell = shown;
    showMatrix();
    if (!shown) {
      say(cellHead, chosenStage().records.slice(-1)[0].confusion ? 'No mistakes' : 'The images of a cell');
      fill(thumbs);
      return;
    }
    const [label, predicted] = shown;
    const { count, indices, outputs } = await askChosen({ do: 'cell', label, predicted, most: MOST });
    const buttons = await imageButtons('test', [...indices], (at) => outputs[10 * at + predicted].toFixed(2), (at) => `output ${predicted} is ${outputs[10 * at + predicted].toFixed(2)}`);
    if (cell !== shown) return;
    say(cellHead, `${grouped(count)} ${count === 1 ? 'image' : 'images'} of ${label} read as ${predicted}${count > indices.length ? ` (${indices.length} shown)` : ''}`);
    replaceQuietly(thumbs, buttons);
  }

  /** The commonest mistake. */
  function commonest(stage) {
    const record = stage.records[stage.records.length - 1];
    let best = null;
    record?.confusion?.forEach((row, label) => row.forEach((count, predicted) => {
      if (label !== predicted && count > 0 && (!best || count > best[0])) best = [count, label, predicted];
    }));
    return best ? best.slice(1) : null;
  }

  async function showWorst() {
    const { mistakes } = await askChosen({ do: 'mistakes', most: MOST });
    replaceQuietly(worst, await imageButtons('test', mistakes.map(({ index }) => index), (at) => `${mistakes[at].label}, read as ${mistakes[at].predicted}`, (at) => `read as ${mistakes[at].predicted}`));
  }

  const recorded = () => {
    const stage = chosenStage();
    const last = stage?.records[stage.records.length - 1];
    return last ? [model.experiment.number, stage.name, last.updates, stage.networks, model.colours, forgotten, picked].join(':') : null;
  };
  keepFresh(cellBox, 1000, recorded, showCell);
  keepFresh(mistakesBox, 1500, recorded, showWorst);
  /** What is shown is of another experiment, or of another stage. */
  function forget() {
    cell = null;
    forgotten += 1;
    say(cellHead, 'The images of a cell');
    fill(thumbs);
    fill(worst);
    showMatrix();
  }
  hub.on('opened', () => { picked = null; forget(); });
  hub.on('chosen', forget);
  hub.on('record', (name) => { if (name === model.chosen) showMatrix(); });
  return { pick };
})();
