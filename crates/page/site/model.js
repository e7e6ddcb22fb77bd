'use strict';
// What the page knows: the experiment, each stage's state and records, and what is looked at.

const model = {
  engine: null,
  experiment: null,
  data: null,
  /** name -> { name, number, about, settings, changed, command, state, records,
   *  networks: how often another network took its place, from a file or from the start } in the order of teaching */
  stages: new Map(),
  /** The name of the stage that is looked into. */
  chosen: null,
  /** The image in question: { pixels, label|null, index|null, origin: 'test'|'train'|'drawn', number } */
  image: null,
  images: 0,
  /** How often the colours changed: what is drawn with the old ones is drawn anew. */
  colours: 0,
  /** Events that wait, while an experiment is opened. */
  early: null,
  opening: null,
};

/** The stages of this experiment, in their order. */
const stages = () => [...model.stages.values()];
const chosenStage = () => model.stages.get(model.chosen);
const anyRunning = () => stages().some((stage) => stage.state?.running);
const allFinished = () => stages().length > 0 && stages().every((stage) => stage.state?.finished || stage.state?.error);

/** Changes whenever what is to be seen of a stage's network does. */
const versionOf = (stage) => `${model.experiment?.number}:${stage.name}:${stage.state?.updates ?? 0}:${stage.networks}:${model.colours}`;
const versionOfAll = () => stages().map(versionOf).join();

/** Hears the engine. What arrives while an experiment is opened waits until its stages are known. */
function onEngine(event) {
  if (model.early) {
    model.early.push(event);
    return;
  }
  if (event.event === 'failed') notice(event.message);
  const stage = model.stages.get(event.stage);
  if (!stage) return;
  if (event.event === 'state') {
    stage.state = event.state;
    hub.tell('state', stage.name);
  } else if (event.event === 'failed') {
    stage.state = { ...stage.state, running: false, error: event.message };
    hub.tell('state', stage.name);
  } else if (event.event === 'record') {
    stage.records = stage.records.filter((record) => record.updates < event.record.updates);
    stage.records.push(event.record);
    hub.tell('record', stage.name);
  }
}

/** Opens what the address says, one opening after the other. */
function openExperiment() {
  model.opening = (model.opening ?? Promise.resolve()).catch(() => {}).then(open);
  return model.opening;

  async function open() {
    model.early = [];
    try {
      const { experiment, data, problems } = await model.engine.open(address.experiment());
      model.experiment = { ...experiment, number: (model.experiment?.number ?? 0) + 1 };
      model.data = data;
      model.stages = new Map(experiment.stages.map((settled) => [settled.name, stageOf(settled)]));
      const wanted = address.view('stage');
      model.chosen = model.stages.has(wanted) ? wanted : (stages()[0]?.name ?? null);
      if (problems.length > 0) notice(problems.join(' '));
      await layFirstImage();
    } finally {
      const early = model.early;
      model.early = null;
      hub.tell('opened');
      early.forEach(onEngine);
    }
  }

  function stageOf({ name, settings, changed, command }) {
    const number = model.engine.catalogue.stages.findIndex((about) => about.name === name);
    const about = model.engine.catalogue.stages[number];
    return { name, number: number + 1, about, settings, changed, command, state: null, records: [], networks: 0 };
  }
}

/** Brings all stages back to their starting weights. */
async function restartStages() {
  await model.engine.restart();
  for (const stage of stages()) stage.networks += 1;
}

/** Puts a network from a file in the place of a stage's own, which ends its training. */
async function loadNetwork(stage, name, bytes) {
  const { state } = await ask(stage.name, { do: 'load', name, bytes });
  const { record } = await ask(stage.name, { do: 'measure' });
  stage.networks += 1;
  stage.records = [];
  onEngine({ event: 'state', stage: stage.name, state });
  onEngine({ event: 'record', stage: stage.name, record });
}

/**
 * Asks the desk or a stage about the experiment of the page. Where another one is opened before the answer is there, it is
 * of no use: its numbers are of other networks, its images of other data.
 */
async function ask(who, question) {
  const { experiment } = model;
  const isOld = () => model.early !== null || model.experiment !== experiment;
  if (isOld()) throw new Outlived(`${who} is being opened`);
  try {
    const answer = await model.engine.ask(who, question);
    if (!isOld()) return answer;
  } catch (error) {
    if (!isOld()) throw error;
  }
  throw new Outlived(`${who} belongs to another experiment`);
}

/** Asks the stage that is looked into; where another one is looked into before the answer is there, it is of no use. */
async function askChosen(question) {
  const stage = chosenStage();
  const answer = await ask(stage.name, question);
  if (stage !== chosenStage()) throw new Outlived(`${stage.name} is not looked into any more`);
  return answer;
}

/** Looks into a stage. */
function choose(name) {
  if (!model.stages.has(name)) return;
  model.chosen = name;
  address.setView('stage', name);
  hub.tell('chosen', name);
}

/** Puts an image in question. */
function setImage(image) {
  model.images += 1;
  model.image = { ...image, number: model.images };
  hub.tell('image');
}

/** An image of a set; `asking` is how the desk is asked. */
async function imageOf(set, index, asking) {
  const { images, labels } = await asking('desk', { do: 'images', set, indices: [index] });
  return { pixels: images.slice(0, 784), label: labels[0], index, origin: set };
}

/** Fetches an image of a set and puts it in question, and into the pad. */
async function showImage(set, index) {
  pad.load(await imageOf(set, index, ask));
}

/** Lays the first test image of new data under the pen; an image that is in the pad stays if it is one of these data, too. */
async function layFirstImage() {
  const asking = (who, question) => model.engine.ask(who, question);
  const shown = pad.loaded();
  const same = shown && (await imageOf(shown.origin, shown.index, asking).catch(() => null));
  if (shown && shown.pixels.join() !== same?.pixels.join()) pad.unload(shown);
  pad.lay(await imageOf('test', 0, asking));
}
