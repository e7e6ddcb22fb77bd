'use strict';
// Making elements. Text goes in as text, never as HTML; styles are set by classes or by `element.style`.

/** An element: attributes by name, `on...` functions as listeners, children as nodes or text. */
function make(tag, attributes = {}, ...children) {
  return dress(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
function makeSvg(tag, attributes = {}, ...children) {
  return dress(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

/** The same for mathematics. */
function makeMath(tag, attributes = {}, ...children) {
  return dress(document.createElementNS('http://www.w3.org/1998/Math/MathML', tag), attributes, children);
}

function dress(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return element;
}

/** Puts `children` in the place of what `element` held. */
function fill(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return element;
}

/** Sets text only where it changed, so that nothing is laid out again for nothing. */
function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** The element of index.html with this id. */
const byId = (id) => document.getElementById(id);

/** A share as per cent with one decimal. */
const perCent = (share) => `${(100 * share).toFixed(1)} %`;

/** 12345 as 12,345. */
const grouped = (number) => Math.round(number).toLocaleString('en-US');

/** A number with a true minus sign. */
const signed = (number, digits = 2) => number.toFixed(digits).replace('-', '\u2212').replace(/^\u2212(0\.?0*)$/, '$1');

/** Whether the visitor asked for less motion. */
const calm = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

/** Gives the visitor a file. */
function download(name, bytes, type) {
  const url = URL.createObjectURL(new Blob([bytes], { type }));
  const link = make('a', { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Lets the arrow keys move the focus among `buttons`, laid out in `columns`; one of them is in the order of Tab. */
function roving(container, columns) {
  const buttons = () => [...container.querySelectorAll('button')];
  container.addEventListener('keydown', (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns(), ArrowDown: columns() }[event.key];
    const all = buttons();
    const here = all.indexOf(document.activeElement);
    if (!step || here < 0) return;
    event.preventDefault();
    const next = all[here + step];
    if (!next) return;
    for (const button of all) button.tabIndex = button === next ? 0 : -1;
    next.focus();
  });
  const begin = () => buttons().forEach((button, index) => (button.tabIndex = index === 0 ? 0 : -1));
  begin();
  new MutationObserver(begin).observe(container, { childList: true });
}
