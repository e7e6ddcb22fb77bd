'use strict';
// The page's side of the engine: starts a worker for each stage and one for the desk, and carries questions to them.

/** A worker with its module, or the same code in the page's own thread where there are no workers. */
class Port {
  /**
   * @param {WebAssembly.Module} module
   * @param {(message: object) => void} onEvent  is told what nobody asked for
   */
  constructor(module, onEvent) {
    this.onEvent = onEvent;
    this.asked = new Map();
    this.next = 0;
    this.failure = null;
    try {
      this.worker = new Worker(Port.source());
      this.worker.onmessage = (event) => this.receive(event.data);
      this.worker.onerror = (event) => this.fail(event.message || 'a worker could not start');
      this.post = (message, moved) => this.worker.postMessage(message, moved);
    } catch {
      this.worker = null;
      this.instance = new Instance((message) => setTimeout(() => this.receive(message)));
      this.post = (message) => this.instance.receive(message);
    }
    this.post({ module });
  }

  /** The text of the workers as an address; made once. */
  static source() {
    Port.url ??= URL.createObjectURL(new Blob([document.getElementById('worker').textContent], { type: 'text/javascript' }));
    return Port.url;
  }

  ask(ask) {
    if (this.failure !== null) return Promise.reject(new Error(this.failure));
    return new Promise((resolve, reject) => {
      this.next += 1;
      this.asked.set(this.next, { resolve, reject });
      this.post({ id: this.next, ask });
    });
  }

  receive({ id, answer, error, isDead, ...event }) {
    if (this.failure !== null) return; // whoever waited was told
    if (id === undefined) {
      if (event.event === 'failed') this.fail(event.message);
      else this.onEvent(event);
      return;
    }
    const asked = this.asked.get(id);
    this.asked.delete(id);
    if (error === undefined) asked.resolve(answer);
    else asked.reject(new Error(error));
    if (isDead) this.fail(error);
  }

  /** The worker is of no use any more: whoever waits for it is told. */
  fail(message) {
    if (this.failure !== null) return;
    this.failure = message;
    for (const { reject } of this.asked.values()) reject(new Error(message));
    this.asked.clear();
    this.stop();
    this.onEvent({ event: 'failed', message });
  }

  /** Nobody trains here any more. */
  stop() {
    if (this.worker !== null) this.worker.terminate();
    else this.instance.run = null;
  }

  /** Whoever still waits is told, or it would wait for ever. */
  close() {
    this.onEvent = () => {};
    this.failure ??= 'this worker was closed';
    for (const { reject } of this.asked.values()) reject(new Outlived(this.failure));
    this.asked.clear();
    this.stop();
  }
}

/** The error of a question to a stage that is no part of the experiment any more: nobody needs its answer. */
class Outlived extends Error {}

/** All workers together. See docs/page.md for what can be asked. */
class Engine {
  /**
   * Loads the module and the catalogue.
   * @param {{onEvent: (event: object) => void}} listener
   */
  static async start({ onEvent }) {
    const engine = new Engine();
    engine.onEvent = onEvent;
    engine.module = await loadModule();
    engine.most = mostImages();
    engine.stages = new Map();
    engine.settings = new Map();
    engine.openDesk();
    engine.catalogue = await engine.desk.ask({ do: 'catalogue' });
    engine.form = engine.catalogue.level === 'relaxed-simd' ? 'relaxed' : 'exact';
    engine.catalogue.limits = { images: engine.most, drawing: 1200 };
    engine.inWorkers = engine.desk.worker !== null;
    engine.report = await readReport();
    if (engine.report) await engine.files(engine.report.files);
    return engine;
  }

  openDesk() {
    this.desk = new Port(this.module, (event) => this.onEvent({ ...event, stage: 'desk' }));
  }

  /** Reads an address, makes its data, and opens each of its stages at the starting weights. */
  async open(address) {
    if (this.desk.failure !== null) this.openDesk();
    const { experiment, problems, data } = await this.desk.ask({ do: 'prepare', pairs: pairsOf(address), most: this.most });
    this.images = await this.desk.ask({ do: 'share' });
    const names = experiment.stages.map((stage) => stage.name);
    for (const [name, port] of this.stages) {
      if (!names.includes(name)) {
        port.close();
        this.stages.delete(name);
      }
    }
    this.settings = new Map(experiment.stages.map((stage) => [stage.name, stage.settings]));
    await this.restart(names);
    return { experiment, problems, data };
  }

  /** Brings stages back to their starting weights. */
  async restart(names = [...this.stages.keys()]) {
    await Promise.all(names.map(async (name) => {
      let port = this.stages.get(name);
      if (port === undefined || port.failure !== null) {
        port = new Port(this.module, (event) => this.onEvent({ ...event, stage: name }));
        this.stages.set(name, port);
      }
      const { state, record } = await port.ask({ do: 'open', stage: name, settings: this.settings.get(name), ...this.images });
      this.onEvent({ event: 'state', stage: name, state });
      this.onEvent({ event: 'record', stage: name, record });
    }));
  }

  /** Trains on, to an end and at a pace, if they are given. */
  run(names = [...this.stages.keys()], { until, samplesPerSecond } = {}) {
    return this.all(names, { do: 'run', until, samplesPerSecond });
  }

  pause(names = [...this.stages.keys()]) {
    return this.all(names, { do: 'pause' });
  }

  /** Makes some updates, or epochs. */
  step(names = [...this.stages.keys()], { updates, epochs }) {
    return this.all(names, { do: 'step', updates, epochs });
  }

  /** Asks several stages the same, and tells where they stand. */
  async all(names, ask) {
    // A worker that died told so; the others go on.
    const able = names.filter((name) => (this.stages.get(name)?.failure ?? null) === null);
    const answers = await Promise.all(able.map((name) => this.ask(name, ask)));
    answers.forEach(({ state }, index) => {
      if (state !== undefined) this.onEvent({ event: 'state', stage: able[index], state });
    });
  }

  /** Asks the desk or a stage. */
  async ask(who, ask) {
    const port = who === 'desk' ? this.desk : this.stages.get(who);
    if (port === undefined) throw new Outlived(`${who} is not open`);
    if (ask.do === 'read') return port.ask({ ...ask, pairs: pairsOf(ask.address), most: this.most });
    if (ask.do === 'write') return { address: withChanges(ask.address, ask.changes) };
    const answer = await port.ask(ask);
    if (ask.do === 'forward') return nested(answer);
    if (ask.do === 'normal' && answer.boxed) answer.steps.boxed = answer.boxed;
    if (ask.do === 'unit') answer.excitedBy = { indices: answer.indices, activations: answer.activations };
    return answer;
  }

  /** Trains on dropped files from the next `open` on; none goes back to the practice digits. */
  files(files) {
    const bytes = Object.fromEntries(files.map((file, index) => [`file${index}`, file.bytes]));
    return this.desk.ask({ do: 'files', names: files.map((file) => file.name), ...bytes });
  }

}

/** The keys and values of an address, which may begin with `#`. */
function pairsOf(address) {
  return [...new URLSearchParams(address.replace(/^[^#]*#/, ''))];
}

/** An address with some keys changed; null takes one out. */
function withChanges(address, changes) {
  const pairs = new URLSearchParams(address.replace(/^[^#]*#/, ''));
  for (const [key, value] of changes) {
    if (value === null) pairs.delete(key);
    else pairs.set(key, value);
  }
  // A switch has no value, and commas are easier to read as they are.
  return pairs.toString().replace(/=(?=&|$)/g, '').replaceAll('%2C', ',');
}

/** The layers of a forward pass as a list. */
function nested(answer) {
  const layers = answer.layers.map(({ units }, l) => ({ units, sums: answer[`sums${l}`], activations: answer[`activations${l}`] }));
  const { outputs, predicted, sums, biases, contributions } = answer;
  return { outputs, predicted, sums, biases, contributions, layers };
}

/** How many training images a tab may use: a device that says that its memory is small gets fewer. */
function mostImages() {
  const gigabytes = navigator.deviceMemory ?? 8;
  return gigabytes >= 8 ? 60000 : gigabytes >= 4 ? 20000 : 5000;
}

/** The fastest module that this browser accepts; both give the same bits. */
async function loadModule() {
  for (const needed of ['WebAssembly', 'DecompressionStream', 'MessageChannel']) {
    if (typeof window[needed] === 'undefined') throw new Error(`this browser has no ${needed}: a newer one is needed`);
  }
  for (const id of ['module-relaxed', 'module-exact']) {
    const bytes = await unpacked(id);
    if (WebAssembly.validate(bytes)) return WebAssembly.compile(bytes);
  }
  throw new Error('this browser knows no vectors in WebAssembly: a newer one is needed');
}

/** The bytes in an element of the page: gzip, written as base64. */
async function unpacked(id) {
  const text = document.getElementById(id)?.textContent.trim();
  if (!text) throw new Error(`${id} is missing from this page`);
  const packed = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** What `compare --report` put into the page; null in the page as it is built. */
async function readReport() {
  const results = document.getElementById('report-results');
  if (results === null) return null;
  const address = document.getElementById('report-address').textContent.trim();
  const files = [];
  for (const part of document.querySelectorAll('[data-file]')) {
    files.push({ name: part.dataset.file, bytes: await unpacked(part.id) });
  }
  const networks = new Map();
  for (const part of document.querySelectorAll('[data-network]')) {
    networks.set(part.dataset.network, await unpacked(part.id));
  }
  return {
    results: JSON.parse(results.textContent),
    address,
    files,
    networks: [...networks.keys()],
    network: (name) => networks.get(name),
  };
}
