'use strict';
// Starts the engine, opens what the address says, and lets everybody learn.

(async () => {
  try {
    model.engine = await Engine.start({ onEvent: onEngine });
    controls.readAddress();
    if (model.engine.report && address.experiment() === '') address.beginWith(model.engine.report.address);
    await openExperiment();
    curves.readAddress();
    document.documentElement.classList.add('is-ready');
    if (model.engine.report) await showReport();
    else if (address.view('paused') === null) await controls.run();
  } catch (error) {
    document.documentElement.classList.add('is-broken');
    say(byId('alert'), error.message);
  }
})();

// Back, forward, or an address that somebody typed.
addEventListener('hashchange', async () => {
  controls.readAddress();
  curves.readAddress();
  controls.rest();
  const isPaused = address.view('paused') !== null;
  try {
    await openExperiment();
    if (!isPaused) await controls.run();
  } catch (error) {
    complain(error);
  }
});
