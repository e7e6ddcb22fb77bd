'use strict';
// Own data: files that are dropped onto the page or opened by a button. The crates' own parsers read them, in this tab.

const files = (() => {
  const veil = byId('drop');
  veil.append(make('p', {}, 'Drop it: MNIST’s files (IDX or CSV, also .gz), any CSV of digits, or a trained network (.safetensors)'));
  const what = make('p', { class: 'data-line' });
  const opener = make('input', { type: 'file', id: 'open-files', multiple: true, class: 'unseen', accept: '.csv,.gz,.idx,.idx1-ubyte,.idx3-ubyte,.safetensors,*', onchange: () => take([...opener.files]) });
  const back = make('button', { type: 'button', class: 'quiet', onclick: () => use([]) }, 'Back to the practice digits');
  const notes = make('p', { class: 'note', role: 'status' });
  byId('footer').append(make('section', { class: 'data', 'aria-labelledby': 'data-heading' }, make('h2', { id: 'data-heading' }, 'The data'), what, notes,
    make('div', { class: 'choices' }, make('label', { for: 'open-files', class: 'button' }, 'Open your own data'), opener, back),
    make('p', { class: 'note' }, 'Or drop files anywhere on the page. They are read in this tab and go nowhere.')));

  async function use(list) {
    try {
      const { notes: said } = await model.engine.files(list);
      say(notes, (said ?? []).join(' '));
      own = list.length > 0;
      await openExperiment();
      if (controls.isGoing()) await controls.run();
    } catch (error) {
      say(notes, error.message);
      complain(error);
    }
  }

  let own = false;

  /** What to do with files: networks go into stages, all else is data. */
  async function take(list) {
    opener.value = '';
    if (list.length === 0) return;
    const read = await Promise.all(list.map(async (file) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) }))).catch((error) => {
      notice(`The file could not be read: ${error.message}`);
      return [];
    });
    const networks = read.filter(({ name }) => name.endsWith('.safetensors'));
    const data = read.filter(({ name }) => !name.endsWith('.safetensors'));
    for (const { name, bytes } of networks) {
      try {
        const stage = chosenStage();
        await loadNetwork(stage, name, bytes);
        notice(`${name} is in ${stage.name} now. Restart to train anew.`);
      } catch (error) {
        complain(error);
      }
    }
    if (data.length > 0) await use(data);
  }

  function show() {
    if (!model.data) return;
    const { name, origin, train, test } = model.data;
    say(what, `${name}${origin ? ` (${origin})` : ''}: ${grouped(train)} training images, ${grouped(test)} test images.`);
    back.hidden = !own;
  }

  let depth = 0;
  const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes('Files');
  addEventListener('dragenter', (event) => {
    if (!hasFiles(event)) return;
    depth += 1;
    veil.hidden = false;
  });
  addEventListener('dragleave', (event) => {
    if (!hasFiles(event)) return;
    depth -= 1;
    if (depth <= 0) veil.hidden = true;
  });
  addEventListener('dragover', (event) => event.preventDefault());
  addEventListener('drop', (event) => {
    event.preventDefault();
    depth = 0;
    veil.hidden = true;
    take([...(event.dataTransfer?.files ?? [])]);
  });

  hub.on('opened', show);
  return { take };
})();
