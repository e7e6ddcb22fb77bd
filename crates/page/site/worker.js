'use strict';
// One instance of the module: it answers questions, and trains its stage in slices, between which it listens.
// Runs in a worker, or in the page itself where there are no workers; `port` is whatever messages go through.

/** How long a slice of training takes, in milliseconds. */
const SLICE = 20;
/** How often the page is told where a training stands, in milliseconds. */
const TELL_EVERY = 50;
/** The arrays of an answer, by the names that the module gives their types. */
const TYPES = { u8: Uint8Array, i8: Int8Array, f32: Float32Array };

class Instance {
  /** @param {(message: object) => void} send  tells the page */
  constructor(send) {
    this.send = send;
    this.waiting = []; // messages that came before the module was there
    this.wasm = null;
    this.run = null; // how to go on, while the training runs
    this.seconds = 0; // the time of the updates alone
    this.perMillisecond = 1; // updates, as the last slices had it
    this.told = 0;
    const channel = new MessageChannel();
    channel.port1.onmessage = () => this.slice();
    this.again = () => channel.port2.postMessage(0);
  }

  /** Takes a message of the page: `{module}` first, then `{id, ask}`. */
  async receive(message) {
    if (message.module) {
      const instance = await WebAssembly.instantiate(message.module, {});
      this.wasm = instance.exports;
      this.waiting.splice(0).forEach((early) => this.receive(early));
    } else if (this.wasm === null) {
      this.waiting.push(message);
    } else {
      this.answer(message);
    }
  }

  answer({ id, ask }) {
    try {
      this.send({ id, answer: this.handle(ask) });
    } catch (error) {
      this.send({ id, error: error.message, isDead: error instanceof Dead });
    }
  }

  /** What the worker does by itself; the module does the rest. */
  handle(ask) {
    switch (ask.do) {
      case 'open': {
        this.run = null;
        this.seconds = 0;
        return this.timed(this.module(ask));
      }
      case 'run':
        // Called again while it runs, it only changes the pace and the end.
        if (this.run === null) {
          this.run = { budget: 0, since: performance.now() };
          this.again();
        }
        Object.assign(this.run, { until: ask.until ?? {}, pace: ask.samplesPerSecond ?? null });
        return {};
      case 'pause':
        this.run = null;
        return this.timed(this.module({ do: 'state' }));
      case 'step':
        this.run = null;
        return this.steps(ask);
      default:
        return this.timed(this.module(ask));
    }
  }

  /** Makes updates at once, or epochs to their end. */
  steps(ask) {
    let answer = this.module({ do: 'state' });
    const epochs = answer.state.epoch + (ask.epochs ?? 0) - (answer.state.samples % answer.state.examples ? 1 : 0);
    let left = ask.updates ?? Infinity;
    while (left > 0) {
      answer = this.advance(Math.min(left, 1e6));
      left -= answer.made;
      const ended = answer.state.samples % answer.state.examples === 0;
      if (answer.made === 0 || (ask.epochs !== undefined && ended && answer.state.epoch >= epochs)) break;
    }
    if (answer.made !== 0 && answer.record === null) {
      this.send({ event: 'record', record: this.timed(this.module({ do: 'measure' })).record });
    }
    return this.timed(answer);
  }

  /** Makes at most so many updates, and tells what was measured. */
  advance(updates) {
    const start = performance.now();
    const answer = this.module({ do: 'step', updates });
    // The measuring at the end of an epoch is in this time too; it is small beside the updates.
    this.seconds += (performance.now() - start) / 1000;
    if (answer.record) {
      this.send({ event: 'record', record: this.timed(answer).record });
    }
    return answer;
  }

  /** A slice of the training, and the next one after it. */
  slice() {
    if (this.run === null) return;
    try {
      const now = performance.now();
      const { until, pace } = this.run;
      let state = this.module({ do: 'state' }).state;
      const size = state.examples / state.updatesPerEpoch;
      let most = Math.max(1, Math.floor(this.perMillisecond * SLICE));
      if (pace !== null) {
        this.run.budget = Math.min(this.run.budget + ((now - this.run.since) / 1000) * pace, 2 * pace * (SLICE / 1000) + size);
        this.run.since = now;
        most = Math.min(most, Math.floor(this.run.budget / size));
      }
      const left = [
        until.updates !== undefined ? until.updates - state.updates : Infinity,
        until.samples !== undefined ? Math.ceil((until.samples - state.samples) / size) : Infinity,
        until.epoch !== undefined ? until.epoch * state.updatesPerEpoch - state.updates : Infinity,
      ];
      most = Math.min(most, ...left);
      let isOver = state.finished || Math.min(...left) <= 0;
      if (!isOver && most > 0) {
        const updates = state.updates;
        state = this.advance(most).state;
        const made = state.updates - updates;
        const took = performance.now() - now;
        if (pace !== null) this.run.budget -= made * size;
        // Slices grow slowly and shrink at once.
        if (made > 0) this.perMillisecond = Math.min(2 * this.perMillisecond, made / Math.max(took, 0.05));
        isOver = state.finished;
      }
      if (isOver) this.run = null;
      if (isOver || now - this.told >= TELL_EVERY) {
        this.told = now;
        this.send({ event: 'state', state: this.timed({ state }).state });
      }
      if (isOver) return;
      if (most > 0) this.again();
      else setTimeout(() => this.slice(), 15);
    } catch (error) {
      this.run = null;
      this.send({ event: 'failed', message: error.message });
    }
  }

  /** Adds the times, which the module does not know, to what it says. */
  timed(answer) {
    if (answer.state) Object.assign(answer.state, { seconds: this.seconds, running: this.run !== null });
    if (answer.record) answer.record.seconds = this.seconds;
    return answer;
  }

  /** Asks the module. Fields that are typed arrays travel as bytes, both ways. */
  module(ask) {
    if (this.dead) throw new Dead(this.dead);
    const head = { binary: {} };
    const pieces = [];
    let length = 0;
    for (const [name, value] of Object.entries(ask)) {
      if (ArrayBuffer.isView(value)) {
        head.binary[name] = [length, value.byteLength];
        pieces.push(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
        length += value.byteLength;
      } else {
        head[name] = value;
      }
    }
    const text = new TextEncoder().encode(JSON.stringify(head));
    try {
      const at = this.wasm.web_question(4 + text.length + length);
      if (at === 0) throw new Error('this is too large for the memory of this tab');
      // The memory may have grown, so it is looked at anew.
      const question = new Uint8Array(this.wasm.memory.buffer, at, 4 + text.length + length);
      new DataView(question.buffer, at).setUint32(0, text.length, true);
      question.set(text, 4);
      let start = 4 + text.length;
      for (const piece of pieces) {
        question.set(piece, start);
        start += piece.length;
      }
      this.wasm.web_ask();
      return this.read(this.wasm.web_answer());
    } catch (error) {
      if (error instanceof WebAssembly.RuntimeError) {
        this.dead = this.lastWords(error);
        throw new Dead(this.dead);
      }
      throw error;
    }
  }

  /** Reads an answer. */
  read(at) {
    const memory = this.wasm.memory.buffer;
    const end = 4 + new DataView(memory, at).getUint32(0, true);
    const { error, binary = {}, ...answer } = JSON.parse(new TextDecoder().decode(new Uint8Array(memory, at + 4, end - 4)));
    if (error !== undefined) throw new Error(error);
    for (const [name, [type, start, bytes]] of Object.entries(binary)) {
      const copy = memory.slice(at + end + start, at + end + start + bytes);
      answer[name] = new TYPES[type](copy);
    }
    return answer;
  }

  /** Why the module stopped: the message of its panic, or what the browser says. */
  lastWords(error) {
    const length = this.wasm.web_last_words();
    if (length === 0) return `this worker stopped, probably for want of memory (${error.message})`;
    return new TextDecoder().decode(new Uint8Array(this.wasm.memory.buffer, this.wasm.web_last_words_at(), length));
  }
}

/** The error of an instance that cannot be used any more. */
class Dead extends Error {}

if (typeof WorkerGlobalScope !== 'undefined' && self instanceof WorkerGlobalScope) {
  const instance = new Instance((message) => self.postMessage(message));
  self.onmessage = (event) => instance.receive(event.data);
}
