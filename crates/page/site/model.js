'use strict';
// What the page knows: the experiment, each stage's state and records, and what is looked at.

const model = {
  engine: null,
  experiment: null,
  data: null,
  /** name -> { name, number, about, settings, changed, command, state, records,
   *  loads: how often a network came from a file } in the order of teaching */
  stages: new Map(),
  /** The name of the stage that is looked into. */
  chosen: null,
  /** The image in question: { pixels, label|null, index|null, origin: 'test'|'train'|'drawn', number } */
  image: null,
  images: 0,
  /** Events that wait, while an experiment is opened. */
  early: null,
  opening: null,
};

/** The stages of this experiment, in their order. */
const stages = () => [...model.stages.values()];
const chosenStage = () => model.stages.get(model.chosen);
/** Whether the experiment that this stage belongs to is still the one of the page. */
const isOpen = (stage) => model.stages.get(stage.name) === stage;
const anyRunning = () => stages().some((stage) => stage.state?.running);
const allFinished = () => stages().length > 0 && stages().every((stage) => stage.state?.finished || stage.state?.error);

/** Changes whenever the stage's network does. */
const versionOf = (stage) => `${model.experiment?.number}:${stage.name}:${stage.state?.updates ?? 0}:${stage.loads}`;
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
    return { name, number: number + 1, about, settings, changed, command, state: null, records: [], loads: 0 };
  }
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

/** Fetches an image of a set and puts it in question, and into the pad. */
async function showImage(set, index) {
  const { images, labels } = await model.engine.ask('desk', { do: 'images', set, indices: [index] });
  pad.load({ pixels: images.slice(0, 784), label: labels[0], index, origin: set });
}
