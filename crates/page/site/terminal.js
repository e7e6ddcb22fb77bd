'use strict';
// The same in the terminal: the command of each stage, its fingerprint, its network as a file.

const terminal = (() => {
  const box = byId('terminal');
  const explain = make('p', { class: 'note' });
  const list = make('dl', { class: 'commands' });
  const printer = make('button', { type: 'button', onclick: fingerprints }, 'Fingerprints now');
  fill(box, explain, list, make('div', { class: 'choices' }, printer, make('button', { type: 'button', onclick: copy }, 'Copy the address')));
  let rows = new Map();

  function build() {
    rows = new Map();
    const form = model.engine.form === 'exact' ? 'the exact product' : 'the processor’s fused product';
    say(explain, `The crates of the terminal’s programs run in this page, as WebAssembly (${form}${model.engine.inWorkers ? '' : ', without workers'}). After as many updates, these commands give the same parameters, to the last bit; the fingerprint stands for all of them.`);
    fill(list, stages().map((stage) => {
      const print = make('span', { class: 'fingerprint' }, 'fingerprint: –');
      rows.set(stage.name, print);
      return [make('dt', { class: `stage-${stage.number}` }, makeSvg('svg', { class: 'swatch', viewBox: '-8 -8 16 16', 'aria-hidden': 'true' }, mark(stage)), stage.name),
        make('dd', {}, make('code', {}, stage.command), print,
          make('button', { type: 'button', class: 'quiet', onclick: () => saveNetwork(stage) }, 'Save the network'))];
    }));
  }

  async function fingerprints() {
    for (const stage of stages()) {
      try {
        const { fingerprint, state } = await ask(stage.name, { do: 'fingerprint' });
        say(rows.get(stage.name), `fingerprint: ${fingerprint} ${state.loaded ? 'as loaded' : `after ${grouped(state.updates)} updates`}`);
      } catch (error) {
        complain(error);
      }
    }
  }

  async function saveNetwork(stage) {
    try {
      const { file, name } = await ask(stage.name, { do: 'network' });
      download(name, file, 'application/octet-stream');
    } catch (error) {
      complain(error);
    }
  }

  async function copy() {
    try {
      await navigator.clipboard.writeText(location.href);
      notice('The address is in the clipboard.');
    } catch {
      notice('The browser does not allow it; copy the address from its own line.');
    }
  }

  keepFresh(box, 1000, () => (stages().length > 0 && stages().every((stage) => stage.state) && !anyRunning() ? versionOfAll() : null), fingerprints);
  hub.on('opened', build);
  return { fingerprints };
})();
