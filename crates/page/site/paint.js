'use strict';
// Grey levels and weights as pixels. Colours come from tokens.css, so that they follow light and dark.

const paint = (() => {
  const SIDE = 28;
  let colours = null;

  function hex(name) {
    const text = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    return [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16));
  }

  function read() {
    colours ??= {
      paper: hex('--paper'), ink: hex('--ink'),
      for: hex('--weight-for'), nothing: hex('--weight-none'), against: hex('--weight-against'),
    };
    return colours;
  }

  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    colours = null;
    model.colours += 1;
    hub.tell('colours');
  });

  function mix(data, at, from, to, share) {
    for (let channel = 0; channel < 3; channel += 1) data[at + channel] = from[channel] + (to[channel] - from[channel]) * share;
    data[at + 3] = 255;
  }

  /** Puts `shades(index) -> [from, to, share]` on a canvas of 28 x 28 pixels. */
  function put(canvas, pixels, shade) {
    const context = canvas.getContext('2d');
    const image = context.createImageData(SIDE, SIDE);
    for (let index = 0; index < SIDE * SIDE; index += 1) shade(image.data, 4 * index, pixels[index]);
    context.putImageData(image, 0, 0);
  }

  return {
    /** An empty canvas for one image; `className` gives its size on the page. */
    canvas(className, label) {
      return make('canvas', { class: `pixels ${className}`, width: SIDE, height: SIDE, ...(label ? { role: 'img', 'aria-label': label } : { 'aria-hidden': 'true' }) });
    },

    /** An image of ink, 0 (paper) to 255 (ink). */
    ink(canvas, pixels) {
      const { paper, ink } = read();
      put(canvas, pixels, (data, at, level) => mix(data, at, paper, ink, level / 255));
    },

    /** Weights, -1 to 1 after division by `largest`: for ink in one colour, against it in another. */
    weights(canvas, weights, largest = 127) {
      const { for: above, nothing, against } = read();
      const scale = largest > 0 ? 1 / largest : 0;
      put(canvas, weights, (data, at, weight) => mix(data, at, nothing, weight > 0 ? above : against, Math.min(1, Math.abs(weight * scale))));
    },
  };
})();

/** A small image that can be clicked: it goes into the pad, and every stage says what it reads. */
function imageButton(pixels, caption, label, onclick) {
  const canvas = paint.canvas('thumb');
  paint.ink(canvas, pixels);
  return make('button', { type: 'button', class: 'thumb-button', 'aria-label': label, onclick }, canvas, make('span', {}, caption));
}

/** A box for such images; the arrow keys move among them. */
function thumbsBox(label) {
  const box = make('div', { class: 'thumbs', role: 'group', 'aria-label': `${label}: arrow keys move among them` });
  roving(box, () => getComputedStyle(box).gridTemplateColumns.split(' ').length);
  return box;
}

/** Such images for indices of a set, each with the caption that `caption(index in the list)` gives; `words` say the same aloud. */
async function imageButtons(set, indices, caption, words) {
  if (indices.length === 0) return [];
  const { images, labels } = await ask('desk', { do: 'images', set, indices: [...indices] });
  return indices.map((index, at) => {
    const label = `${set} image ${index}, a ${labels[at]}: ${words(at)}. Put it into the pad`;
    return imageButton(images.subarray(784 * at, 784 * (at + 1)), caption(at), label, () => {
      showImage(set, index).catch(complain);
      byId('paper').scrollIntoView({ block: 'nearest', behavior: calm() ? 'auto' : 'smooth' });
    });
  });
}
