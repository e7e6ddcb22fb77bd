'use strict';
// The sheet of settings: built from what the crates declare, so that a new setting is there without a line here.

const settingsSheet = (() => {
  const sheet = byId('settings');
  const problems = make('p', { class: 'problems', role: 'status' });
  const body = make('div', { class: 'sheet-body' });
  const SHARED_FIRST = ['seed', 'train-size', 'test-size', 'hidden', 'epochs'];
  const RARELY = new Set(['measure-every', 'test-share', 'updates']);

  fill(sheet,
    make('header', {}, make('h2', { id: 'settings-heading' }, 'The experiment'), make('button', { type: 'button', class: 'quiet', id: 'close-settings', onclick: () => sheet.close() }, 'Done')),
    make('p', { class: 'note' }, 'A change starts the training anew. The address of this page always says what is set: send it, and others see the same, to the last bit.'),
    problems, body);
  function open() {
    build();
    say(problems, '');
    sheet.showModal();
  }
  byId('open-settings').addEventListener('click', open);
  sheet.addEventListener('close', () => presetPanel.show());
  sheet.addEventListener('click', (event) => {
    if (event.target === sheet) sheet.close();
  });

  /** What the address says for a key, or null. */
  function given(key) {
    for (const part of address.experiment().split('&')) {
      const [name, ...value] = part.split('=');
      if (name === key) return value.length > 0 ? decodeURIComponent(value.join('=')) : '';
    }
    return null;
  }

  /** Changes some keys of the address, one change after the other: each begins with what the one before has set. */
  let last = Promise.resolve();
  function change(changes) {
    last = last.then(() => set(changes));
    return last;
  }

  async function set(changes) {
    try {
      const { address: text } = await model.engine.ask('desk', { do: 'write', address: address.experiment(), changes });
      const read = await model.engine.ask('desk', { do: 'read', address: text });
      say(problems, read.problems.join(' '));
      if (read.problems.length === 0) await changeExperiment(text);
    } catch (error) {
      say(problems, error.message);
    }
  }

  function build() {
    const { catalogue } = model.engine;
    const shared = [...catalogue.common].sort((a, b) => place(a) - place(b));
    const often = shared.filter(({ name }) => !RARELY.has(name));
    const rarely = shared.filter(({ name }) => RARELY.has(name));
    fill(body,
      make('fieldset', {}, make('legend', {}, 'Rules'), catalogue.stages.map(stageBox)),
      make('fieldset', { class: 'fields' }, make('legend', {}, 'For all'), often.map((setting) => field(setting, setting.flag, usualOf(setting))),
        sharedOfStages().map((setting) => field(setting, setting.flag, 'each rule’s own'))),
      stages().map((stage) => make('details', { open: stage.name === model.chosen },
        make('summary', {}, `Only ${stage.name}`, stage.changed.length > 0 ? make('i', {}, ` ${stage.changed.length} changed`) : null),
        presetField(stage),
        make('div', { class: 'fields' }, stage.about.settings.filter((setting) => !catalogue.common.some(({ name }) => name === setting.name))
          .map((setting) => field(setting, `${stage.name}.${setting.flag}`, stage.settings[setting.name] ?? setting.usual))))),
      make('details', {}, make('summary', {}, 'Rarely needed'), make('div', { class: 'fields' }, rarely.map((setting) => field(setting, setting.flag, usualOf(setting))))));
  }

  const place = ({ name }) => (SHARED_FIRST.includes(name) ? SHARED_FIRST.indexOf(name) : 99);
  const usualOf = (setting) => model.experiment.shared?.[setting.name] ?? setting.usual;

  /** Settings that more than one of the stages knows and that are not common to all: batch size, learning rate, ... */
  function sharedOfStages() {
    const common = new Set(model.engine.catalogue.common.map(({ name }) => name));
    const found = new Map();
    for (const { about } of stages()) for (const setting of about.settings) if (!common.has(setting.name)) found.set(setting.name, [...(found.get(setting.name) ?? []), setting]);
    return [...found.values()].filter((list) => list.length > 1).map(([setting]) => setting);
  }

  function stageBox(about) {
    const input = make('input', { type: 'checkbox', id: `with-${about.name}`, checked: model.stages.has(about.name), onchange: () => {
      const names = model.engine.catalogue.stages.map(({ name }) => name).filter((name) => byId(`with-${name}`).checked);
      if (names.length === 0) {
        input.checked = true;
        say(problems, 'At least one rule has to learn.');
        return;
      }
      change([['stages', names.join(',')]]);
    } });
    return make('label', { class: 'check' }, input, make('b', {}, about.name), ` ${about.idea}`);
  }

  function field(setting, key, usual) {
    const id = `set-${key.replace('.', '-')}`;
    const now = given(key);
    if (setting.kind === 'switch') {
      const input = make('input', { type: 'checkbox', id, checked: now !== null, onchange: () => change([[key, input.checked ? '' : null]]) });
      return make('label', { class: 'check wide' }, input, setting.help);
    }
    const send = (value) => change([[key, value.trim() === '' ? null : value.trim()]]);
    const input = setting.kind === 'names' && setting.names
      ? make('select', { id, onchange: () => send(input.value) }, make('option', { value: '' }, `${usual}`), setting.names.filter((name) => name !== usual).map((name) => make('option', { value: name }, name)))
      : make('input', { id, type: 'text', inputmode: setting.kind === 'names' ? 'text' : 'decimal', autocomplete: 'off', spellcheck: 'false', placeholder: usual, value: now ?? '', 'aria-describedby': `${id}-help`, onchange: () => send(input.value) });
    if (input.tagName === 'SELECT') input.value = now ?? '';
    return make('div', { class: 'field' }, make('label', { for: id }, label(setting)), input, make('small', { id: `${id}-help` }, setting.help));
  }

  const label = (setting) => `${setting.name.replaceAll('-', ' ')}${setting.symbol && setting.symbol !== setting.name ? `, ${({ eta: 'η', mu: 'μ', epsilon: 'ε' })[setting.symbol] ?? setting.symbol}` : ''}`;

  function presetField(stage) {
    if (!stage.about.presets || stage.about.presets.length === 0) return null;
    const key = `${stage.name}.preset`;
    const input = make('select', { id: 'set-preset', onchange: () => change([[key, input.value || null]]) },
      make('option', { value: '' }, 'none'), stage.about.presets.map(({ name, help }) => make('option', { value: name }, `${name}: ${help}`)));
    input.value = given(key) ?? '';
    return make('div', { class: 'field' }, make('label', { for: 'set-preset' }, 'preset'), input);
  }

  hub.on('opened', () => {
    if (!sheet.open) return;
    // The form is built anew; the focus goes back to where it was, and what somebody types is not lost.
    const { id, value, selectionStart } = document.activeElement ?? {};
    const isTyping = document.activeElement?.type === 'text' && value !== document.activeElement.defaultValue;
    const open = new Set([...body.querySelectorAll('details[open] > summary')].map((summary) => summary.firstChild.textContent));
    build();
    for (const summary of body.querySelectorAll('details > summary')) summary.parentElement.open = open.has(summary.firstChild.textContent);
    const again = id ? byId(id) : null;
    again?.focus();
    if (again && isTyping) {
      again.value = value;
      again.setSelectionRange(selectionStart, selectionStart);
    }
  });
  return { change, open };
})();
