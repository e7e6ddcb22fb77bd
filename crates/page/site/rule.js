'use strict';
// The rule of the stage that is looked into: its formula, its settings, its code, its network as a file.

const rulePanel = (() => {
  const tabs = byId('tabs');
  const box = byId('rule');

  function showTabs() {
    tabs.setAttribute('role', 'group');
    tabs.setAttribute('aria-label', 'Look into');
    fill(tabs, stages().map((stage) => make('button', {
      type: 'button', class: `tab stage-${stage.number}`, 'aria-pressed': String(stage.name === model.chosen), onclick: () => choose(stage.name),
    }, makeSvg('svg', { class: 'swatch', viewBox: '-8 -8 16 16', 'aria-hidden': 'true' }, mark(stage)), stage.name)));
  }

  function show() {
    const stage = chosenStage();
    if (!stage) return;
    showTabs();
    const { about, settings, changed } = stage;
    say(byId('inside-heading'), `Inside ${stage.name}`);
    const values = about.settings.filter(({ name, symbol }) => settings[name] !== undefined && (symbol || changed.includes(name)))
      .map((setting) => make('span', { class: 'value' }, make('i', {}, symbol(setting)), ` = ${settings[setting.name]}`));
    fill(box,
      make('p', { class: 'summary' }, about.summary),
      make('div', { class: 'formula', role: 'group', 'aria-label': 'The rule as a formula' }, formula.lines(about.formula.split('\n'))),
      make('p', { class: 'values' }, values),
      make('details', { class: 'source' }, make('summary', {}, 'The rule as code'), make('pre', { tabindex: 0 }, make('code', {}, about.source))));
  }

  const symbol = (setting) => ({ eta: 'η', epsilon: 'ε', mu: 'μ' })[setting.symbol] ?? (setting.symbol || setting.name);

  hub.on('opened chosen', show);
  return { show };
})();
