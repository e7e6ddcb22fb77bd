'use strict';
// What is drawn: strokes in units of the pad's side, over an image perhaps. Knows nothing of the page.

class Strokes {
  /** The side of the drawing that the networks' normal form is made from. */
  static SIDE = 280;
  /** The width of the pen, as a share of the side. */
  static PEN = 0.075;

  constructor() {
    this.strokes = [];
    this.base = null;
  }

  get isEmpty() {
    return this.strokes.length === 0 && this.base === null;
  }

  begin(x, y) {
    this.strokes.push([{ x, y }]);
  }

  extend(x, y) {
    const stroke = this.strokes[this.strokes.length - 1];
    const last = stroke[stroke.length - 1];
    if (Math.hypot(x - last.x, y - last.y) > 0.003) stroke.push({ x, y });
  }

  undo() {
    if (this.strokes.length > 0) this.strokes.pop();
    else this.base = null;
  }

  clear() {
    this.strokes = [];
    this.base = null;
  }

  /** Draws the strokes into a square of `side` pixels, smoothly, in the context's own colours. */
  draw(context, side) {
    context.lineWidth = Strokes.PEN * side;
    context.lineCap = context.lineJoin = 'round';
    for (const stroke of this.strokes) {
      context.beginPath();
      context.moveTo(stroke[0].x * side, stroke[0].y * side);
      for (let at = 1; at < stroke.length - 1; at += 1) {
        const { x, y } = stroke[at];
        const next = stroke[at + 1];
        context.quadraticCurveTo(x * side, y * side, ((x + next.x) / 2) * side, ((y + next.y) / 2) * side);
      }
      const end = stroke[stroke.length - 1];
      context.lineTo(end.x * side + (stroke.length === 1 ? 0.01 : 0), end.y * side);
      context.stroke();
    }
  }

  /** The ink of it all, 0 to 255, SIDE x SIDE, row by row. */
  ink() {
    const side = Strokes.SIDE;
    const canvas = new OffscreenCanvas(side, side);
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (this.base) drawImage(context, this.base, side, [255, 255, 255]);
    context.strokeStyle = '#fff';
    this.draw(context, side);
    const { data } = context.getImageData(0, 0, side, side);
    const ink = new Uint8Array(side * side);
    for (let index = 0; index < ink.length; index += 1) ink[index] = data[4 * index + 3];
    return ink;
  }
}

/** Draws an image of 28 x 28 grey levels into a square of `side` pixels, as ink of a colour. */
function drawImage(context, pixels, side, [red, green, blue], strength = 1) {
  const small = new OffscreenCanvas(28, 28);
  const image = new ImageData(28, 28);
  for (let index = 0; index < 784; index += 1) image.data.set([red, green, blue, pixels[index] * strength], 4 * index);
  small.getContext('2d').putImageData(image, 0, 0);
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = 'high';
  context.drawImage(small, 0, 0, side, side);
}
