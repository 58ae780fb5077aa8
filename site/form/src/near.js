// What difflib.get_close_matches of Python answers: the same likeness, so that page and check ask after the same word.

/** The longest run that a[aFrom…aTo) and b[bFrom…bTo) share, the first of several: [in a, in b, length]. */
function longest(a, aFrom, aTo, b, bFrom, bTo) {
  let best = [aFrom, bFrom, 0];
  let ending = new Map();
  for (let i = aFrom; i < aTo; i++) {
    const next = new Map();
    for (let j = bFrom; j < bTo; j++) {
      if (a[i] !== b[j]) continue;
      const size = (ending.get(j - 1) || 0) + 1;
      next.set(j, size);
      if (size > best[2]) best = [i - size + 1, j - size + 1, size];
    }
    ending = next;
  }
  return best;
}

function shared(a, aFrom, aTo, b, bFrom, bTo) {
  const [i, j, size] = longest(a, aFrom, aTo, b, bFrom, bTo);
  return size ? size + shared(a, aFrom, i, b, bFrom, j) + shared(a, i + size, aTo, b, j + size, bTo) : 0;
}

function likeness(a, b) {
  return a.length + b.length ? (2 * shared(a, 0, a.length, b, 0, b.length)) / (a.length + b.length) : 1;
}

/** The *count* of *known* that are most like *word*, none less than *percent* so. */
export function closeMatches(word, known, count, percent) {
  return known
    .map((one) => [likeness([...one], [...word]), one])
    .filter(([ratio]) => ratio >= percent / 100)
    .sort((x, y) => y[0] - x[0] || (x[1] < y[1] ? 1 : -1))
    .slice(0, count)
    .map(([, one]) => one);
}
