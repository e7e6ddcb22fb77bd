'use strict';
// The race: the test accuracy of all stages on one scale. The vertical scale is that of -ln(1 - accuracy), which
// widens towards 100 %, where the rules differ; the horizontal one is logarithmic.

/** The mark of a stage, as a path around 0, 0: a second sign beside the colour. */
const MARKS = ['M-5,0a5,5 0 1,0 10,0a5,5 0 1,0 -10,0', 'M-4.5,-4.5h9v9h-9z', 'M0,-6L6,0L0,6L-6,0z', 'M0,-6L5.6,4.2H-5.6z', 'M0,6L5.6,-4.2H-5.6z', 'M-6,0h4V-6h4v6h4v4h-4v4h-4v-4h-4z'];

const mark = (stage) => makeSvg('path', { class: `mark stage-${stage.number}`, d: MARKS[(stage.number - 1) % MARKS.length] });

const curves = (() => {
  const AXES = {
    epochs: { title: 'epochs', of: (record) => record.epoch, end: (stage) => stage.state?.epochs ?? 100, least: 0.01, suffix: '' },
    updates: { title: 'updates', of: (record) => record.updates, end: (stage) => stage.state?.plannedUpdates ?? 100_000, least: 1, suffix: '' },
    time: { title: 'seconds of computing', of: (record) => record.seconds, end: (stage) => Math.max(10, stage.state?.seconds ?? 0), least: 0.001, suffix: ' s' },
  };
  const TICKS = [0, 0.5, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99];
  /** The edges around the plot, in pixels; they grow with the type. */
  let edges = null;
  let unit = 16;

  function measure(width) {
    unit = parseFloat(getComputedStyle(document.documentElement).fontSize);
    edges = { left: 2.75 * unit, right: (width < 33 * unit ? 8 : 8.6) * unit, top: 0.6 * unit, bottom: 1.65 * unit };
  }

  const svg = makeSvg('svg', { class: 'curves', role: 'img', tabindex: 0 });
  byId('curves').append(svg);

  let axis = 'epochs';
  let pointed = null;
  const buttons = Object.entries(AXES).map(([name]) => make('button', {
    type: 'button', class: 'quiet', onclick: () => { address.setView('axis', name === 'epochs' ? null : name); readAddress(); },
  }, name));
  byId('axis').append('against ', ...buttons);

  function readAddress() {
    axis = address.view('axis', Object.keys(AXES));
    Object.keys(AXES).forEach((name, index) => buttons[index].setAttribute('aria-pressed', String(name === axis)));
    draw();
  }

  const depth = (accuracy) => -Math.log(1 - Math.min(accuracy, 0.9995));
  const last = (stage) => stage.records[stage.records.length - 1];
  const powerAbove = (value) => 10 ** Math.ceil(Math.log10(value) - 1e-9);

  function draw() {
    const { width, height } = { width: svg.clientWidth, height: svg.clientHeight };
    if (width === 0 || stages().length === 0) return;
    measure(width);
    const { right } = edges;
    const { of, end, title, suffix } = AXES[axis];
    // A report knows no more than the ends of epochs.
    const whole = axis === 'epochs' && stages().every((stage) => stage.records.length > 1 && stage.records[0].epoch >= 1);
    const least = whole ? 1 : AXES[axis].least;
    const most = axis === 'time' ? powerAbove(Math.max(...stages().map(end))) : Math.max(least * 10, ...stages().map(end));
    const best = Math.max(0, ...stages().flatMap((stage) => stage.records.map((record) => record.testAccuracy)));
    const top = [0.93, 0.98, 0.995].find((limit) => best < limit - 0.008) ?? 0.999;
    const x = (value) => edges.left + (width - edges.left - right) * (Math.log(Math.max(value, least) / least) / Math.log(most / least));
    const y = (accuracy) => height - edges.bottom - (height - edges.top - edges.bottom) * (depth(accuracy) / depth(top));

    const parts = [];
    let lastAt = Infinity;
    for (const tick of TICKS.filter((tick) => tick <= top)) {
      const at = y(tick);
      if (lastAt - at < 1.05 * unit) continue;
      lastAt = at;
      parts.push(makeSvg('line', { class: 'grid', x1: edges.left, x2: width - right, y1: at, y2: at }));
      parts.push(makeSvg('text', { class: 'tick', x: edges.left - 8, y: at + 4, 'text-anchor': 'end' }, `${Math.round(100 * tick)}${tick === 0 ? ' %' : ''}`));
    }
    for (let tick = least; tick <= most * 1.0001; tick *= 10) {
      const text = tick >= 1 ? grouped(tick) : String(Number(tick.toPrecision(1)));
      parts.push(makeSvg('text', { class: 'tick', x: x(tick), y: height - 0.5 * unit, 'text-anchor': 'middle' }, text + suffix));
      parts.push(makeSvg('line', { class: 'grid short', x1: x(tick), x2: x(tick), y1: height - edges.bottom, y2: height - edges.bottom + 4 }));
    }
    parts.push(makeSvg('text', { class: 'tick', x: width - right + 1.4 * unit, y: height - 0.5 * unit }, title));
    parts.push(...lines(x, y, of, width - right));
    if (pointed !== null) parts.push(...reading(x, of, width - right));
    // Whoever cannot see it hears the summary alone.
    fill(svg, makeSvg('g', { 'aria-hidden': 'true' }, parts));
    svg.setAttribute('aria-label', summary());
  }

  /** The lines, and at their ends the marks and names, moved apart where they would cover each other. */
  function lines(x, y, of, edge) {
    const parts = [];
    const ends = [];
    for (const stage of stages().filter((stage) => stage.records.length > 0)) {
      const points = stage.records.map((record) => [x(of(record)), y(record.testAccuracy)]);
      parts.push(makeSvg('polyline', { class: `line stage-${stage.number}${stage.name === model.chosen ? ' is-chosen' : ''}`, points: points.map((point) => point.map((value) => value.toFixed(1)).join()).join(' ') }));
      ends.push({ stage, at: points[points.length - 1] });
    }
    ends.sort((a, b) => a.at[1] - b.at[1]);
    const far = Math.max(0, ...ends.map(({ at }) => at[0]));
    const places = apart(ends.map(({ at }) => at[1]), 1.12 * unit, edges.top + 4, svg.clientHeight - edges.bottom - 4);
    ends.forEach(({ stage, at }, index) => {
      const here = makeSvg('g', { transform: `translate(${at[0].toFixed(1)},${at[1].toFixed(1)}) scale(${(unit / 16).toFixed(2)})` }, mark(stage));
      const label = Math.min(edge, far) + 1.2 * unit;
      const text = makeSvg('text', { class: `name stage-${stage.number}`, x: label, y: places[index] + 4 },
        makeSvg('tspan', { class: 'figure' }, (100 * last(stage).testAccuracy).toFixed(1)), ` ${stage.name}`);
      parts.push(makeSvg('path', { class: `leader stage-${stage.number}`, d: `M${at[0] + 7},${at[1]}L${label - 4},${places[index]}` }), here, text);
    });
    return parts;
  }

  /** Moves sorted places apart to at least `gap`, within limits. */
  function apart(places, gap, least, most) {
    const moved = [...places];
    for (let index = 0; index < moved.length; index += 1) moved[index] = Math.max(moved[index], index === 0 ? least : moved[index - 1] + gap);
    for (let index = moved.length - 1; index >= 0; index -= 1) moved[index] = Math.min(moved[index], index === moved.length - 1 ? most : moved[index + 1] - gap);
    return moved;
  }

  /** What each stage had reached where somebody points. */
  function reading(x, of, edge) {
    const at = Math.min(pointed, edge);
    const texts = stages().map((stage) => {
      const record = stage.records.filter((each) => x(of(each)) <= at + 1).pop();
      return record ? `${stage.name} ${(100 * record.testAccuracy).toFixed(1)}` : null;
    });
    return [
      makeSvg('line', { class: 'pointer', x1: at, x2: at, y1: edges.top, y2: svg.clientHeight - edges.bottom }),
      ...texts.filter(Boolean).map((text, index) => makeSvg('text', { class: 'reading', x: edges.left + 10, y: edges.top + (0.8 + index) * unit }, text)),
    ];
  }

  const summary = () => `Test accuracy against ${AXES[axis].title}. ${stages().filter((stage) => stage.records.length > 0)
    .map((stage) => `${stage.name}: ${perCent(last(stage).testAccuracy)} after ${Math.floor(last(stage).epoch)} epochs`).join('; ')}.`;

  svg.addEventListener('pointermove', (event) => {
    pointed = event.clientX - svg.getBoundingClientRect().left;
    draw();
  });
  svg.addEventListener('pointerleave', () => { pointed = null; draw(); });
  svg.addEventListener('keydown', (event) => {
    const move = { ArrowLeft: -12, ArrowRight: 12 }[event.key];
    if (!move) return;
    event.preventDefault();
    pointed = Math.max(edges.left, Math.min(svg.clientWidth - edges.right, (pointed ?? edges.left) + move));
    draw();
  });
  svg.addEventListener('blur', () => { pointed = null; draw(); });

  let waiting = false;
  function soon() {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; draw(); });
  }
  new ResizeObserver(soon).observe(svg);
  hub.on('opened record chosen', soon);
  return { readAddress };
})();
