'use strict';
// The pad: mouse, pen, finger or keys draw; what is drawn goes through the normal form of the crates at once.

const pad = (() => {
  const strokes = new Strokes();
  /** An image that lies pale under the pen, until somebody draws: the one that the networks read meanwhile. */
  let ghost = null;
  /** Where a loaded image came from, as long as nothing is drawn over it. */
  let origin = null;
  const cursor = { x: 0.5, y: 0.5, down: false, shown: false };

  const canvas = make('canvas', {
    id: 'pad', tabindex: 0, role: 'application', 'aria-label': 'The pad: draw a digit',
    'aria-describedby': 'pad-help',
  });
  const hint = make('p', { class: 'pad-hint', 'aria-hidden': 'true' }, 'Draw a digit here');
  byId('paper').append(canvas, hint, make('p', { id: 'pad-help', class: 'unseen' },
    'Draw with mouse, pen or finger. With keys: arrows move the pen, Enter puts it down and lifts it, U takes back a stroke, Delete clears the pad.'));

  const undo = make('button', { type: 'button', id: 'undo', onclick: () => { strokes.undo(); origin = null; changed(); } }, 'Undo');
  const clear = make('button', { type: 'button', id: 'clear', onclick: () => { strokes.clear(); origin = null; changed(); canvas.focus({ preventScroll: true }); } }, 'Clear');
  const loader = make('select', { id: 'load-digit', 'aria-label': 'Load a test image of' },
    make('option', { value: '' }, 'Load a test image'), ...Array.from({ length: 10 }, (_, digit) => make('option', { value: digit }, `a ${digit}`)));
  byId('pad-tools').append(undo, clear, loader);

  let nextOf = Array(10).fill(0);
  loader.addEventListener('change', async () => {
    const digit = Number(loader.value);
    if (loader.value === '') return;
    loader.value = '';
    try {
      let { indices } = await ask('desk', { do: 'find', set: 'test', label: digit, from: nextOf[digit], most: 1 });
      if (indices.length === 0) ({ indices } = await ask('desk', { do: 'find', set: 'test', label: digit, from: 0, most: 1 }));
      if (indices.length === 0) throw new Error(`No test image is labelled ${digit}.`);
      nextOf[digit] = indices[0] + 1;
      await showImage('test', indices[0]);
    } catch (error) {
      complain(error);
    }
  });

  /** Draws what is to be seen. */
  function show() {
    const side = Math.max(1, Math.round(canvas.clientWidth * devicePixelRatio));
    if (canvas.width !== side) canvas.width = canvas.height = side;
    const context = canvas.getContext('2d');
    const style = getComputedStyle(canvas);
    const ink = style.color.match(/\d+(\.\d+)?/gu).slice(0, 3).map(Number);
    context.clearRect(0, 0, side, side);
    if (ghost && strokes.isEmpty) drawImage(context, ghost.pixels, side, ink, 0.13);
    if (strokes.base) drawImage(context, strokes.base, side, ink);
    context.strokeStyle = style.color;
    strokes.draw(context, side);
    if (cursor.shown) {
      context.beginPath();
      context.arc(cursor.x * side, cursor.y * side, 0.5 * Strokes.PEN * side, 0, 2 * Math.PI);
      context.lineWidth = 2 * devicePixelRatio;
      context.strokeStyle = style.outlineColor;
      context.stroke();
    }
    hint.hidden = !(strokes.isEmpty);
    undo.disabled = clear.disabled = strokes.isEmpty;
  }

  let asking = null;
  let again = false;
  /** Whether a stroke ended whose image is not there yet. */
  let ended = false;

  /** Says that a stroke ended, once its image is in question. */
  function end() {
    ended = asking !== null;
    if (!ended) hub.tell('lifted');
  }

  /** Shows the change, and puts it in question. */
  function changed() {
    show();
    again = true;
    if (asking !== null || !model.engine) return;
    // Without a normal form to wait for, it is in question at once.
    if (strokes.isEmpty || origin) settle();
    else asking = askNormal();
  }

  /** Puts in question what needs no normal form. */
  function settle() {
    again = false;
    if (origin) setImage(origin);
    else if (ghost) setImage(ghost);
  }

  /** Asks for the normal form: of the newest drawing, once the last answer is there. */
  async function askNormal() {
    try {
      while (again) {
        again = false;
        if (strokes.isEmpty || origin) {
          settle();
          continue;
        }
        const ink = strokes.ink();
        const { image, steps } = await model.engine.ask('desk', { do: 'normal', width: Strokes.SIDE, height: Strokes.SIDE, ink });
        if (!again && image) setImage({ pixels: image, label: null, index: null, origin: 'drawn', ink, steps });
      }
    } catch (error) {
      complain(error);
    }
    asking = null;
    if (ended) end();
  }

  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  };
  let pointer = null;
  canvas.addEventListener('pointerdown', (event) => {
    if (pointer !== null || event.button !== 0) return;
    pointer = event.pointerId;
    canvas.setPointerCapture(pointer);
    cursor.shown = false;
    origin = null;
    strokes.begin(...place(event));
    changed();
  });
  canvas.addEventListener('pointermove', (event) => {
    if (event.pointerId !== pointer) return;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length > 0 ? events : [event]) strokes.extend(...place(each));
    changed();
  });
  const lift = (event) => {
    if (event.pointerId !== pointer) return;
    pointer = null;
    end();
  };
  canvas.addEventListener('pointerup', lift);
  canvas.addEventListener('pointercancel', lift);

  canvas.addEventListener('keydown', (event) => {
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (move) {
      cursor.shown = true;
      const length = event.shiftKey ? 0.01 : 0.04;
      cursor.x = Math.min(1, Math.max(0, cursor.x + length * move[0]));
      cursor.y = Math.min(1, Math.max(0, cursor.y + length * move[1]));
      if (cursor.down) {
        strokes.extend(cursor.x, cursor.y);
        changed();
      } else show();
    } else if (event.key === 'Enter' || event.key === ' ') {
      cursor.shown = true;
      cursor.down = !cursor.down;
      origin = null;
      if (cursor.down) strokes.begin(cursor.x, cursor.y);
      else end();
      changed();
    } else if (event.key === 'u' && !undo.disabled) undo.click();
    else if (event.key === 'Delete' && !clear.disabled) clear.click();
    else return;
    event.preventDefault();
  });
  canvas.addEventListener('blur', () => {
    cursor.shown = cursor.down = false;
    show();
  });

  new ResizeObserver(show).observe(canvas);
  hub.on('colours', show);

  return {
    /** Lays an image under the pen, to be read until somebody draws. */
    lay(image) {
      ghost = image;
      if (strokes.isEmpty) changed();
      else show();
    },
    /** Puts an image into the pad, as if it were drawn. */
    load(image) {
      strokes.clear();
      strokes.base = image.pixels;
      origin = image;
      changed();
      end();
    },
    /** The side of the pad on the page: for the marks that show the normal form. */
    element: canvas,
    show,
    /** Whether a normal form is still being made. */
    isBusy: () => asking !== null,
    /** Waits until the image in question is that of the pad. */
    settled: async () => {
      while (asking !== null) await asking;
    },
    /** The image of a data set that lies in the pad, if nothing is drawn over it. */
    loaded: () => (origin && origin.origin !== 'own' ? origin : null),
    /** Takes such an image out again. */
    unload(image) {
      if (origin !== image) return;
      strokes.clear();
      origin = null;
      changed();
    },
  };
})();
