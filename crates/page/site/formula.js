'use strict';
// The formulas of the stages, as they stand in the heads of their sources, as mathematics (MathML).
//   d2 = e ⊙ o ⊙ (1 - o)      letters with digits get an index, names of Greek letters become them,
//   W2 -= eta mean(d2 hᵀ)      ᵀ and ² become exponents, -= an arrow of its own.

const formula = (() => {
  const GREEK = { eta: 'η', epsilon: 'ε', mu: 'μ', delta: 'δ' };
  const WORDS = new Set(['mean', 'parameter', 'and', 'the', 'same', 'for', 'with', 'over', 'examples', 'of', 'batch', 'then', 'every', 'entry', 'down', 'to', 'from', 'sum', 'ln', 'sigmoid', 'cross', 'entropy']);
  const TOKEN = /-=|[A-Za-z]+|\d+(?:\.\d+)?|_\{[^}]*\}|_[A-Za-z0-9]|[ᵀ²']|\s+|./gu;

  function row(tokens) {
    const nodes = [];
    for (const token of tokens) {
      if (/^\s+$/u.test(token)) {
        nodes.push(makeMath('mspace', { width: token.length > 2 ? '2.2em' : '0.16em' }));
        continue;
      }
      nodes.push(...atoms(token, nodes));
    }
    return nodes;
  }

  function atoms(token, before) {
    if (token === '-=') return [makeMath('mo', {}, '−=')];
    if (token === '-') return [makeMath('mo', {}, '−')];
    if (token.startsWith('_')) return [indexed(before.pop() ?? makeMath('mi'), token.replace(/^_\{?|\}$/gu, ''))];
    if (token === 'ᵀ' || token === '²' || token === "'") {
      const raised = token === 'ᵀ' ? makeMath('mi', { mathvariant: 'normal' }, 'T') : token === '²' ? makeMath('mn', {}, '2') : makeMath('mo', {}, '′');
      return [raisedTo(before.pop() ?? makeMath('mi'), raised)];
    }
    if (/^[A-Za-z]+$/u.test(token)) return [letter(token)];
    if (/^\d/u.test(token)) {
      const last = before[before.length - 1];
      if (last?.localName === 'mi' && last.dataset?.glue !== undefined) return [indexed(before.pop(), token)];
      return [makeMath('mn', {}, token)];
    }
    return [makeMath('mo', '()[]{}|'.includes(token) ? { stretchy: 'false' } : {}, token)];
  }

  function letter(word) {
    if (GREEK[word]) return makeMath('mi', {}, GREEK[word]);
    if (WORDS.has(word) || word.length > 2) return makeMath('mtext', {}, word.length > 2 && !WORDS.has(word) ? word : `${word}\u2009`);
    // xm, hm, em: the mean over a batch, as a bar.
    if (word.length === 2 && word[1] === 'm') return makeMath('mover', { accent: 'true' }, makeMath('mi', {}, word[0]), makeMath('mo', { stretchy: 'false' }, '¯'));
    return makeMath('mi', { 'data-glue': '' }, word);
  }

  /** An index and an exponent stand above each other. */
  const raisedTo = (base, raised) => base.localName === 'msub' ? makeMath('msubsup', {}, ...base.children, raised) : makeMath('msup', {}, base, raised);

  const indexed = (base, text) => makeMath('msub', {}, base, makeMath('mrow', {}, ...row(text.match(TOKEN) ?? [])));

  return {
    /** A line of a formula. */
    line: (text) => makeMath('math', { displaystyle: 'true' }, makeMath('mrow', {}, ...row(text.trim().match(TOKEN) ?? []))),
    /** All lines, as a list of elements. */
    lines: (texts) => texts.filter((text) => text.trim() !== '').map((text) => make('div', { class: 'formula-line' }, formula.line(text))),
  };
})();
