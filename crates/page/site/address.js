'use strict';
// The part of the address after #: the flags of the command line, which the engine reads, and keys that begin with
// `view.`, which only say what the page shows.

const address = (() => {
  const parts = () => location.hash.replace(/^#/, '').split('&').filter((part) => part !== '');
  const isView = (part) => part.startsWith('view.');

  function write(experiment, views, how = 'replaceState') {
    const hash = [...(experiment ? [experiment] : []), ...views].join('&');
    if (hash !== location.hash.replace(/^#/, '')) history[how](null, '', hash ? `#${hash}` : location.pathname);
  }

  return {
    /** What the engine reads. */
    experiment: () => parts().filter((part) => !isView(part)).join('&'),

    /** Puts another experiment in its place; what is shown stays. The browser's Back leads to the one before. */
    setExperiment(text) {
      write(text, parts().filter(isView), text === this.experiment() ? 'replaceState' : 'pushState');
    },

    /** The same for the experiment that a page begins with. */
    beginWith(text) {
      write(text, parts().filter(isView));
    },

    /** What the page shows: `view('axis', ['epochs', 'updates'])` is one of the names, the first where there is none. */
    view(key, names) {
      const found = parts().find((part) => part.startsWith(`view.${key}=`));
      let value = null;
      try {
        value = found ? decodeURIComponent(found.slice(key.length + 6)) : null;
      } catch {
        value = null;
      }
      return names ? (names.includes(value) ? value : names[0]) : value;
    },

    /** Sets what the page shows; null takes it out. */
    setView(key, value) {
      const rest = parts().filter((part) => isView(part) && !part.startsWith(`view.${key}=`));
      const views = value === null ? rest : [...rest, `view.${key}=${encodeURIComponent(value)}`];
      write(this.experiment(), views);
    },
  };
})();
