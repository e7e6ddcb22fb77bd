'use strict';
// How panels hear of each other: `hub.on(name, listener)`, `hub.tell(name, value)`.
//   opened   an experiment was opened: all stages are at their start
//   state    a stage's state changed (value: its name)
//   record   a stage was measured (value: its name)
//   chosen   another stage is looked into
//   image    another image is in question
//   drawings the own test set changed
//   lifted   a drawing ended, or an image was loaded: it is in question
//   said     a sentence for the visitor, below the pad
//   colours  light became dark, or the other way round

const hub = (() => {
  const listeners = new Map();
  return {
    on(names, listener) {
      for (const name of names.split(' ')) {
        if (!listeners.has(name)) listeners.set(name, []);
        listeners.get(name).push(listener);
      }
    },
    tell(name, value) {
      for (const listener of listeners.get(name) ?? []) listener(value);
    },
  };
})();

/**
 * Keeps a panel fresh while it can be seen: calls `work` when `version()` gives another text than last time, at most
 * every `milliseconds`, never twice at a time. A `version` of null means that there is nothing to show. Ends when the element leaves the page.
 */
function keepFresh(element, milliseconds, version, work) {
  let last = null;
  let seen = false;
  let wasThere = false;
  const observer = new IntersectionObserver((entries) => (seen = entries[entries.length - 1].isIntersecting));
  observer.observe(element);
  const pace = () => (calm() ? Math.max(milliseconds, 600) : milliseconds);
  async function look() {
    if (wasThere && !element.isConnected) {
      observer.disconnect();
      return;
    }
    wasThere = element.isConnected;
    const now = seen && !document.hidden && !model.early ? version() : null;
    if (now !== null && now !== last) {
      last = now;
      try {
        await work();
      } catch (error) {
        if (error instanceof Outlived) last = null;
        complain(error);
      }
    }
    setTimeout(look, pace());
  }
  look();
}

/** Tells the visitor of an error, unless it came of a question that outlived its experiment. */
function complain(error) {
  if (!(error instanceof Outlived)) notice(error.message);
}

/** Tells the visitor of something that went wrong, in the words of whoever found it. */
function notice(text) {
  const alert = byId('alert');
  say(alert, text);
  clearTimeout(notice.timer);
  notice.timer = setTimeout(() => say(alert, ''), 12_000);
}
