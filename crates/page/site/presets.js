'use strict';
// Experiments of the book: what each sets (flags of the command line, as in the address), one sentence on what to watch
// for, and the chapter that explains it.

const PRESETS = [
  {
    title: 'The five rules, as they are',
    address: '',
    watch: 'All start alike. What one rule has learned after an epoch, two others have after twenty to forty.',
    chapter: ['00-bet-first', 'Bet first'],
  },
  {
    title: 'No hidden layer: ten templates',
    address: 'stages=stochastic,gradient&hidden=0&stochastic.learning-rate=0.01&gradient.learning-rate=0.1',
    watch: 'Ten weighted sums, and look how far they get. Look inside: each output’s weights become a picture of its digit.',
    chapter: ['02-ten-neurons', 'Ten neurons'],
  },
  {
    title: 'Ten hidden units',
    address: 'stages=stochastic,gradient,momentum&hidden=10',
    watch: 'Ten units do most of what 128 do. Click one: what excites it, and which digits does it vote for?',
    chapter: ['03-a-hidden-layer', 'A hidden layer'],
  },
  {
    title: 'Is it luck? Another seed',
    address: 'seed=4',
    watch: 'Other starting weights, another order. Which gaps stay, and which were luck?',
    chapter: ['04-is-it-luck', 'Is it luck?'],
  },
  {
    title: 'Delta rule against gradient, all else equal',
    address: 'stages=stochastic,gradient&batch-size=1&learning-rate=0.1',
    watch: 'Same batch, same rate, same number of updates: the gap stays. What differs is the slope: another loss, and shorter steps.',
    chapter: ['05-the-delta-rule', 'The delta rule'],
  },
  {
    title: 'Each digit once in a batch',
    address: 'stages=no-bias,gradient&no-shuffle',
    watch: 'Every batch holds each digit once. Averaged first, all batches look the same, and nothing is learned.',
    chapter: ['06-average-first', 'Average first'],
  },
  {
    title: 'Product of means, a batch of 1',
    address: 'stages=stochastic,no-bias&batch-size=1&learning-rate=0.1',
    watch: 'A batch of one has nothing to average: stage 3 is stage 1 without biases.',
    chapter: ['06-average-first', 'Average first'],
  },
  {
    title: 'Product of means, batches of 2',
    address: 'stages=no-bias,gradient&batch-size=2',
    watch: 'With two images in a batch, averaging first already costs.',
    chapter: ['06-average-first', 'Average first'],
  },
  {
    title: 'Product of means, batches of 50',
    address: 'stages=no-bias,gradient&batch-size=50',
    watch: 'At fifty, averaging first keeps a fiftieth of what a batch could teach. The mean of products does not mind.',
    chapter: ['06-average-first', 'Average first'],
  },
  {
    title: 'One step for 128 biases',
    address: 'stages=batched,no-bias',
    watch: 'Stage 2 moves all biases of a layer by one step, 128 times too long. Stage 3 leaves them alone, and does better.',
    chapter: ['07-leave-the-biases-alone', 'Leave the biases alone'],
  },
  {
    title: 'A rate beyond the cliff',
    address: 'stages=gradient,momentum&gradient.learning-rate=10&momentum.learning-rate=1',
    watch: 'The first steps push all outputs to 0. There the slope is nearly 0, and nothing leads back.',
    chapter: ['08-the-true-gradient', 'The true gradient'],
  },
  {
    title: 'Momentum at equal r',
    address: 'stages=gradient,momentum&gradient.learning-rate=0.5',
    watch: 'At r = 0.05 an image moves both equally far, all steps together. They end level; momentum starts more slowly.',
    chapter: ['10-momentum', 'Momentum'],
  },
  {
    title: 'What else is on the table',
    address: 'stages=gradient,momentum,improved',
    watch: 'The same gradient with everything around it improved: another network, which learns from distorted copies, too.',
    chapter: ['11-what-else', 'What else'],
  },
];

/** The list of experiments at the head of the page, and the sentence below it. */
const presetPanel = (() => {
  const select = byId('preset');
  const watch = byId('watch');

  function show() {
    const now = address.experiment();
    const found = PRESETS.findIndex((preset) => preset.address === now);
    select.value = found < 0 ? 'own' : String(found);
    if (model.engine?.report?.address === now) {
      fill(watch, 'As the run was set.');
      return;
    }
    if (found < 0) {
      fill(watch, make('strong', {}, 'Set: '), decoded(now));
      return;
    }
    const { watch: sentence, chapter: [file, title] } = PRESETS[found];
    const link = model.engine?.report ? make('em', {}, `Chapter “${title}”.`) : make('a', { href: `book/${file}.md` }, `Chapter: ${title}`);
    fill(watch, make('strong', {}, 'Watch: '), sentence, ' ', link);
  }

  /** An address as a person reads it. */
  function decoded(text) {
    try {
      return decodeURIComponent(text).replaceAll('&', ', ').replaceAll('=', ' ');
    } catch {
      return text;
    }
  }

  for (const [index, preset] of PRESETS.entries()) select.append(make('option', { value: index }, preset.title));
  select.append(make('option', { value: 'own' }, 'Your own settings'));
  select.addEventListener('change', () => {
    const preset = PRESETS[Number(select.value)];
    if (preset) changeExperiment(preset.address);
    else settingsSheet.open();
  });
  hub.on('opened', show);
  return { show };
})();
