'use strict';
// A page that `compare --report` wrote: it begins with the trained networks of that run, and their curves.

async function showReport() {
  const { results } = model.engine.report;
  const seeds = (results.repetitions ?? []).map(({ seed }) => seed);
  byId('lead').textContent = `A run of the comparison on ${results.dataset}: ${grouped(results.train_size)} training images, ${seeds.length > 1 ? `${seeds.length} seeds; here seed ${seeds[0]}` : `seed ${seeds[0]}`}. Restart to see it learn.`;
  const without = stages().filter(({ name }) => !model.engine.report.networks.includes(name));
  if (without.length > 0) byId('lead').textContent += ` It has no room for the network of ${without.map(({ name }) => name).join(' and ')}, which answers as at the start.`;
  for (const stage of stages()) {
    const isThere = !without.includes(stage);
    if (isThere) await loadNetwork(stage, `${stage.name}.safetensors`, model.engine.report.network(stage.name));
    const history = results.stages?.find((each) => each.stage === stage.name)?.runs?.[0]?.history ?? [];
    const last = stage.records[stage.records.length - 1];
    const { updatesPerEpoch, examples } = stage.state;
    const records = history.map(({ epoch, training_loss: loss, train_accuracy: trainAccuracy, test_accuracy: testAccuracy }) => ({
      epoch, updates: epoch * updatesPerEpoch, samples: epoch * examples, seconds: 0, loss, trainAccuracy, testAccuracy, confusion: isThere ? last.confusion : null,
    }));
    if (records.length > 0) stage.records = records;
    hub.tell('record', stage.name);
  }
}
