'use strict';
// The image of 28 x 28 pixels that the networks see, how it came about, and the way into the own test set.

const seen = (() => {
  const canvas = paint.canvas('seen-image', 'The image that the networks see');
  const caption = make('p', { class: 'seen-caption' });
  const stepsButton = make('button', { type: 'button', class: 'quiet', 'aria-expanded': 'false', 'aria-controls': 'steps', disabled: true, onclick: toggle }, 'How it gets there');
  const stepsBox = make('ol', { id: 'steps', class: 'steps', hidden: true });
  const keep = make('div', { class: 'keep', role: 'group', 'aria-label': 'Keep it in your test set as' },
    make('span', { 'aria-hidden': 'true' }, 'Keep as'),
    Array.from({ length: 10 }, (_, digit) => make('button', { type: 'button', 'aria-label': `Keep as a ${digit}`, disabled: true, onclick: () => drawings.keep(digit) }, digit)));
  byId('seen').append(make('div', { class: 'seen-row' }, canvas, make('div', { class: 'seen-text' }, caption, stepsButton)), stepsBox, keep);

  function toggle() {
    stepsBox.hidden = !stepsBox.hidden;
    stepsButton.setAttribute('aria-expanded', String(!stepsBox.hidden));
    show();
  }

  const describe = (image) => image.origin === 'drawn' ? 'What the networks see: your digit, 28 × 28 pixels'
    : image.origin === 'own' ? `From your test set: kept as ${image.label}`
      : `What the networks see: ${image.origin} image ${grouped(image.index)}, a ${image.label}`;

  function show() {
    const { image } = model;
    if (!image) return;
    paint.ink(canvas, image.pixels);
    say(caption, describe(image));
    for (const button of keep.querySelectorAll('button')) button.disabled = image.origin !== 'drawn';
    stepsButton.disabled = !image.steps;
    if (!image.steps) {
      if (!stepsBox.hidden) toggle();
      return;
    }
    if (!stepsBox.hidden) fill(stepsBox, steps(image));
  }

  /** The normal form, step by step. */
  function steps({ ink, pixels, steps: { bounds, scaled, boxed, centre, shift } }) {
    const shifted = shift.x === 0 && shift.y === 0 ? 'it is there already' : `by ${signed(shift.x, 0)} and ${signed(shift.y, 0)} pixels`;
    return [
      step(drawing(ink, bounds), 'The box around the ink'),
      step(marked(boxed, [4, 4, 20, 20], centre), `Scaled to ${scaled.width} × ${scaled.height}; the cross is its centre of mass`),
      step(marked(pixels, null, { x: 14, y: 14 }), `The centre of mass to the middle: ${shifted}`),
    ];
  }

  const step = (picture, text) => make('li', {}, picture, make('span', {}, text));

  function drawing(ink, { left, top, width, height }) {
    const side = Strokes.SIDE;
    const picture = make('canvas', { class: 'pixels step-image', width: side, height: side, 'aria-hidden': 'true' });
    const context = picture.getContext('2d');
    const { color, outlineColor } = getComputedStyle(canvas);
    const [red, green, blue] = color.match(/\d+/gu).map(Number);
    const image = new ImageData(side, side);
    for (let index = 0; index < ink.length; index += 1) image.data.set([red, green, blue, ink[index]], 4 * index);
    context.putImageData(image, 0, 0);
    context.strokeStyle = outlineColor;
    context.lineWidth = 4;
    context.strokeRect(left, top, width, height);
    return picture;
  }

  function marked(pixels, box, { x, y }) {
    const scale = 10;
    const picture = make('canvas', { class: 'pixels step-image', width: 28 * scale, height: 28 * scale, 'aria-hidden': 'true' });
    const small = paint.canvas('');
    paint.ink(small, pixels);
    const context = picture.getContext('2d');
    context.imageSmoothingEnabled = false;
    context.drawImage(small, 0, 0, 28 * scale, 28 * scale);
    context.strokeStyle = getComputedStyle(canvas).outlineColor;
    context.lineWidth = 4;
    if (box) context.strokeRect(...box.map((length) => length * scale));
    context.beginPath();
    for (const [dx, dy] of [[1, 0], [0, 1]]) {
      context.moveTo((x - dx) * scale, (y - dy) * scale);
      context.lineTo((x + dx) * scale, (y + dy) * scale);
    }
    context.stroke();
    return picture;
  }

  hub.on('image colours', show);
  return { show };
})();
