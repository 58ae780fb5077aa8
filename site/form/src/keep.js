// Writes data into the text it came from: what did not change keeps its place, its style and its comments.
import { isMap, isScalar, isSeq, parseDocument } from "yaml";

const options = { lineWidth: 0, flowCollectionPadding: false };

/** *text* with the values of *data*: a new text where there was none. Throws on what is no YAML map. */
export function revised(text, data) {
  const document = parseDocument(text, { schema: "core" });
  if (document.errors.length) throw document.errors[0];
  document.contents = merged(document, document.contents, data);
  return document.toString(options);
}

function merged(document, node, value) {
  if (isMap(node) && plain(value)) {
    for (const pair of [...node.items]) if (!(pair.key.value in value)) node.delete(pair.key.value);
    for (const [key, inner] of Object.entries(value)) {
      const pair = node.items.find((item) => item.key.value === key);
      if (pair) pair.value = merged(document, pair.value, inner);
      else node.items.push(document.createPair(key, inner));
    }
    return node;
  }
  if (isSeq(node) && Array.isArray(value)) {
    const left = [...node.items];
    node.items = value.map((inner) => merged(document, taken(left, inner), inner));
    return node;
  }
  if (isScalar(node) && (value === null || typeof value !== "object")) {
    if (node.value !== value) node.value = value;
    return node;
  }
  return document.createNode(value);
}

const plain = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

/** The row of *left* that was *inner* before: the same value, else the same key fields; taken out of *left*. */
function taken(left, inner) {
  const name = (row) => (plain(row) ? JSON.stringify([row.kind, row.seq, row.id, row.date]) : JSON.stringify(row));
  const same = (test) => left.findIndex((node) => node && test(node.toJSON()));
  const whole = JSON.stringify(inner);
  let found = same((row) => JSON.stringify(row) === whole);
  if (found < 0) found = same((row) => name(row) === name(inner));
  if (found < 0 && plain(inner)) found = same((row) => plain(row) && row.kind === inner.kind && row.id === inner.id);
  return found < 0 ? undefined : left.splice(found, 1)[0];
}
