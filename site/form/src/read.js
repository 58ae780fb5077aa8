// A record's file into plain data: text, whole numbers, true and false, as zongmu.store.scalars reads them.
import { isAlias, isMap, isScalar, isSeq, parseDocument } from "yaml";

/** Why a file cannot be taken in; `place` is [line, column] where known. */
export class Unreadable extends Error {
  constructor(message, place) {
    super(message);
    this.place = place;
  }
}

function plain(node) {
  if (isAlias(node)) throw new Unreadable("alias");
  if (isMap(node)) {
    const out = {};
    for (const pair of node.items) out[String(plain(pair.key))] = plain(pair.value);
    return out;
  }
  if (isSeq(node)) return node.items.map(plain);
  if (!isScalar(node)) return null;
  const text = String(node.value);
  if (node.type !== "PLAIN") return text;
  if (text === "true" || text === "false") return text === "true";
  return /^(0|[1-9][0-9]{0,14})$/.test(text) ? Number(text) : text;
}

/** {data, header}: the data, and the comment lines above it. */
export function readYaml(text) {
  const doc = parseDocument(text, { schema: "failsafe", keepSourceTokens: false, uniqueKeys: true });
  if (doc.errors.length) {
    const first = doc.errors[0];
    throw new Unreadable(first.message.split("\n")[0], first.linePos && [first.linePos[0].line, first.linePos[0].col]);
  }
  const data = plain(doc.contents);
  if (data === null || typeof data !== "object" || Array.isArray(data)) throw new Unreadable("not a mapping");
  const header = [];
  for (const line of text.split("\n")) {
    if (line.startsWith("#")) header.push(line.trimEnd());
    else if (line.trim()) break;
  }
  return { data, header };
}
