'use strict';
// Start and pause, one update, one epoch, from the start, and the pace.

const controls = (() => {
  // Images a second. The usual pace grows with the images seen, so that the curves move evenly along their axis.
  const PACES = [
    ['even', 'even (along the curve)'], ['10', '10 images a second'], ['100', '100 images a second'], ['1000', '1,000 images a second'],
    ['10000', '10,000 images a second'], ['full', 'as fast as it can'],
  ];
  const SLOWEST = 90;
  /** The share by which the number of images seen grows in a second. */
  const GROWTH = 0.22;

  const play = make('button', { type: 'button', class: 'play', id: 'play', disabled: true, onclick: () => toggle() }, 'Start');
  const update = make('button', { type: 'button', id: 'step-update', title: 'One update of every stage', disabled: true, onclick: () => step({ updates: 1 }) }, '+1 update');
  const epoch = make('button', { type: 'button', id: 'step-epoch', title: 'To the end of an epoch', disabled: true, onclick: () => step({ epochs: 1 }) }, '+1 epoch');
  const again = make('button', { type: 'button', id: 'restart', title: 'Back to the starting weights', disabled: true, onclick: () => restart() }, 'Restart');
  const pace = make('select', { id: 'pace' }, PACES.map(([value, text]) => make('option', { value }, text)));
  const clock = make('p', { class: 'clock', id: 'clock' });
  byId('controls').append(play, update, epoch, again, make('label', { for: 'pace' }, 'Pace'), pace, clock);

  pace.addEventListener('change', () => {
    address.setView('pace', pace.value === 'even' ? null : pace.value);
    if (anyRunning()) run();
  });

  function rate() {
    if (pace.value === 'full') return null;
    if (pace.value !== 'even') return Number(pace.value);
    const going = stages().filter((stage) => stage.state && !stage.state.finished && !stage.state.error);
    const least = Math.min(...going.map((stage) => stage.state.samples));
    return Math.max(SLOWEST, Math.round(GROWTH * (Number.isFinite(least) ? least : 0)));
  }

  /** The pace that was asked for last; undefined while they rest. */
  let given;
  const attempt = (promise) => promise.catch(complain);

  function run() {
    given = rate();
    address.setView('paused', null);
    return attempt(Promise.resolve(model.engine.run(undefined, { samplesPerSecond: given })));
  }

  function pause() {
    address.setView('paused', '1');
    given = undefined;
    return attempt(Promise.resolve(model.engine.pause()));
  }

  async function toggle() {
    if (anyRunning()) await pause();
    else {
      if (allFinished()) await attempt(restartStages());
      await run();
    }
    show();
  }

  async function step(length) {
    await pause();
    await attempt(model.engine.step(undefined, length));
    show();
  }

  async function restart() {
    const wasRunning = anyRunning();
    await attempt(restartStages());
    if (wasRunning && isGoing()) await run();
  }

  /** Whether they are to learn, whatever else happens meanwhile. */
  const isGoing = () => given !== undefined;

  function show() {
    const going = anyRunning();
    const done = allFinished();
    say(play, going ? 'Pause' : done ? 'Again' : 'Start');
    play.classList.toggle('going', going);
    play.disabled = again.disabled = stages().length === 0;
    update.disabled = epoch.disabled = done || stages().length === 0;
    const first = stages()[0]?.state;
    if (!first) return;
    const seen = Math.max(...stages().map((stage) => stage.state?.samples ?? 0));
    say(clock, stages().some((stage) => stage.state?.loaded) && seen === 0 ? `as trained: ${first.epochs} epochs`
      : `epoch ${Math.floor(seen / first.examples)} of ${first.epochs}, ${grouped(seen)} images seen`);
  }

  hub.on('state opened', show);
  setInterval(() => {
    if (pace.value !== 'even' || !isGoing() || !anyRunning()) return;
    if (given === null || Math.abs(rate() - given) > 0.08 * given) run();
  }, 400);

  document.addEventListener('keydown', (event) => {
    if (event.target !== document.body || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === ' ') {
      event.preventDefault();
      toggle();
    } else if (event.key === 'u') step({ updates: 1 });
    else if (event.key === 'e') step({ epochs: 1 });
  });

  return {
    run,
    isGoing,
    /** Leaves them at rest after the next opening. */
    rest() {
      given = undefined;
    },
    show,
    /** Sets the pace that the address names. */
    readAddress() {
      pace.value = address.view('pace', PACES.map(([value]) => value));
    },
  };
})();

/** Goes over to another experiment; goes on learning if it was learning. */
async function changeExperiment(text) {
  const wasDone = allFinished();
  address.setExperiment(text);
  try {
    await openExperiment();
    if (wasDone || controls.isGoing()) await controls.run();
  } catch (error) {
    complain(error);
  }
}
