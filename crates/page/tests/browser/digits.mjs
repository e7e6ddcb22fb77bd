// Digits as people draw them: a few shapes of each, as strokes of points from 0 to 1, x to the right and y down.

/** Points along an arc, angles in degrees, 0 to the right, 90 down. */
function arc(x, y, rx, ry, from, to) {
  const steps = Math.max(6, Math.round(Math.abs(to - from) / 12));
  return Array.from({ length: steps + 1 }, (_, step) => {
    const angle = ((from + ((to - from) * step) / steps) * Math.PI) / 180;
    return [x + rx * Math.cos(angle), y + ry * Math.sin(angle)];
  });
}

/** Points along straight pieces. */
function line(...corners) {
  const points = [corners[0]];
  for (let at = 1; at < corners.length; at += 1) {
    const [[x0, y0], [x1, y1]] = [corners[at - 1], corners[at]];
    for (let step = 1; step <= 8; step += 1) points.push([x0 + ((x1 - x0) * step) / 8, y0 + ((y1 - y0) * step) / 8]);
  }
  return points;
}

/** Three shapes of each digit. */
export const SHAPES = {
  0: [[arc(0.5, 0.5, 0.24, 0.38, -90, 270)], [arc(0.5, 0.5, 0.32, 0.38, -100, 265)], [arc(0.5, 0.5, 0.2, 0.4, -60, 300)]],
  1: [[line([0.5, 0.1], [0.5, 0.9])], [line([0.56, 0.1], [0.44, 0.9])], [line([0.38, 0.26], [0.52, 0.1], [0.5, 0.9])]],
  2: [
    [[...arc(0.5, 0.32, 0.24, 0.22, -170, 40), ...line([0.66, 0.48], [0.26, 0.88], [0.78, 0.88])]],
    [[...arc(0.48, 0.3, 0.22, 0.2, -160, 50), ...line([0.6, 0.48], [0.24, 0.86], [0.76, 0.84])]],
    [[...arc(0.5, 0.32, 0.22, 0.2, -180, 60), ...line([0.56, 0.54], [0.3, 0.84]), ...line([0.3, 0.84], [0.74, 0.86])]],
  ],
  3: [
    [[...arc(0.48, 0.3, 0.22, 0.2, -150, 90), ...arc(0.48, 0.7, 0.25, 0.21, -90, 150)]],
    [[...arc(0.46, 0.3, 0.24, 0.2, -140, 80), ...arc(0.46, 0.69, 0.27, 0.21, -80, 140)]],
    [[...arc(0.5, 0.29, 0.19, 0.19, -160, 90), ...arc(0.5, 0.7, 0.22, 0.22, -90, 160)]],
  ],
  4: [
    [line([0.34, 0.1], [0.24, 0.54], [0.76, 0.54]), line([0.66, 0.14], [0.62, 0.92])],
    [line([0.3, 0.12], [0.28, 0.5], [0.74, 0.48]), line([0.7, 0.1], [0.68, 0.92])],
    [line([0.36, 0.12], [0.2, 0.56], [0.8, 0.54]), line([0.64, 0.26], [0.6, 0.9])],
  ],
  5: [
    [[...line([0.72, 0.12], [0.36, 0.12], [0.34, 0.44]), ...arc(0.48, 0.66, 0.24, 0.22, -125, 150)]],
    [[...line([0.36, 0.12], [0.32, 0.46]), ...arc(0.47, 0.66, 0.25, 0.22, -130, 145)], line([0.36, 0.12], [0.74, 0.1])],
    [[...line([0.7, 0.1], [0.4, 0.12], [0.35, 0.46]), ...arc(0.47, 0.67, 0.22, 0.21, -120, 140)]],
  ],
  6: [
    [[...line([0.6, 0.1], [0.4, 0.34], [0.32, 0.62]), ...arc(0.49, 0.68, 0.18, 0.19, 190, -170)]],
    [[...arc(0.66, 0.52, 0.36, 0.42, -110, -190), ...arc(0.48, 0.7, 0.19, 0.19, 185, -175)]],
    [[...line([0.55, 0.08], [0.38, 0.4], [0.34, 0.68]), ...arc(0.5, 0.71, 0.17, 0.17, 190, -165)]],
  ],
  7: [
    [line([0.24, 0.16], [0.76, 0.16], [0.44, 0.9])],
    [line([0.22, 0.18], [0.74, 0.14], [0.5, 0.9])],
    [line([0.26, 0.14], [0.78, 0.16], [0.58, 0.5], [0.46, 0.9])],
  ],
  8: [
    [[...arc(0.5, 0.3, 0.18, 0.19, -60, -270), ...arc(0.5, 0.7, 0.22, 0.2, -90, 270), ...arc(0.5, 0.3, 0.18, 0.19, 90, -60)]],
    [arc(0.5, 0.3, 0.17, 0.18, -90, 270), arc(0.5, 0.69, 0.21, 0.21, -90, 270)],
    [[...arc(0.52, 0.29, 0.19, 0.18, -30, -270), ...arc(0.49, 0.7, 0.21, 0.21, -90, 260), ...arc(0.52, 0.29, 0.19, 0.18, 90, -30)]],
  ],
  9: [
    [[...arc(0.5, 0.32, 0.2, 0.2, -20, -360), ...line([0.7, 0.32], [0.66, 0.6], [0.58, 0.9])]],
    [arc(0.48, 0.32, 0.2, 0.2, 0, -350), line([0.68, 0.2], [0.64, 0.92])],
    [[...arc(0.5, 0.3, 0.19, 0.19, -10, -365), ...line([0.69, 0.32], [0.67, 0.62], [0.62, 0.9])]],
  ],
};

/** Sizes and places at which they are drawn: [scale, x, y] of the left upper corner. */
export const PLACES = [[1, 0, 0], [0.62, 0.3, 0.06], [0.5, 0.08, 0.44]];

/** Every shape at every place: { digit, strokes }. */
export function everyDigit() {
  const all = [];
  for (const [digit, shapes] of Object.entries(SHAPES)) {
    shapes.forEach((strokes, shape) => PLACES.forEach(([scale, x, y], place) => {
      all.push({ digit: Number(digit), shape, place, strokes: strokes.map((stroke) => stroke.map(([px, py]) => [x + scale * px, y + scale * py])) });
    }));
  }
  return all;
}
