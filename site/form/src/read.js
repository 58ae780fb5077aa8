// A record's file into plain data: text, whole numbers, true and false, as zongmu.store.reading.scalars reads them.
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import { t } from "./texts.js";

/** Why a file cannot be taken in; `place` is [line, column] where known. */
export class Unreadable extends Error {
  constructor(message, place) {
    super(message);
    this.place = place;
  }
}

/** What the parser calls an error, in words; the rest is only wrong. */
const SAID = { DUPLICATE_KEY: "yamlTwice", TAB_AS_INDENT: "yamlTab", BAD_INDENT: "yamlIndent", MULTIPLE_DOCS: "yamlSeveral", BAD_ALIAS: "yamlAlias" };

function plain(node, at) {
  if (isAlias(node)) throw new Unreadable(t("yamlAlias"), at(node));
  if (isMap(node)) {
    const out = {};
    for (const pair of node.items) {
      const key = String(plain(pair.key, at));
      // An assignment to this one would change the object and keep nothing: the check refuses it as an unknown key.
      if (key === "__proto__") throw new Unreadable(t("unknownKey", { key }), at(pair.key));
      out[key] = plain(pair.value, at);
    }
    return out;
  }
  if (isSeq(node)) return node.items.map((one) => plain(one, at));
  if (!isScalar(node)) return null;
  const text = String(node.value);
  if (node.type !== "PLAIN") return text;
  if (text === "true" || text === "false") return text === "true";
  return /^(0|[1-9][0-9]{0,14})$/.test(text) ? Number(text) : text;
}

/** Bytes as text. */
export function utf8(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Unreadable(t("notUtf8"));
  }
}

/** {data, header}: the data, and the comment lines above it. */
export function readYaml(text) {
  const lineCounter = new LineCounter();
  const doc = parseDocument(text, { schema: "failsafe", keepSourceTokens: false, uniqueKeys: true, prettyErrors: false, lineCounter });
  const at = (offset) => {
    const { line, col } = lineCounter.linePos(offset);
    return [line, col];
  };
  if (doc.errors.length) {
    const first = doc.errors[0];
    throw new Unreadable(t(SAID[first.code] || "yamlWrong"), at(first.pos[0]));
  }
  const data = plain(doc.contents, (node) => at(node.range[0]));
  if (data === null || typeof data !== "object" || Array.isArray(data)) throw new Unreadable(t("noRecord"));
  const header = [];
  for (const line of text.split("\n")) {
    if (line.startsWith("#")) header.push(line.trimEnd());
    else if (line.trim()) break;
  }
  return { data, header };
}
