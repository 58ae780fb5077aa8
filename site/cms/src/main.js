// The editor: Sveltia CMS, opened with the configuration that zongmu generates, in the order and with the comments that the files have.
import CMS from "@sveltia/cms";
import { revised } from "../../form/src/keep.js";
import { parse } from "yaml";

/** The text of every record as it was read: a record is written as a revision of it. */
const before = new Map();
/** A system and the body that runs it may have one id; only a system has a unit. */
const name = (data) => JSON.stringify([data?.id ?? null, "unit" in (data ?? {})]);

export const read = (text) => parse(text, { schema: "core", maxAliasCount: 0 }) ?? {};
export { revised };

CMS.registerCustomFormat("zongmu", "yaml", {
  fromFile: (text) => {
    const data = read(text);
    before.set(name(data), text);
    return data;
  },
  toFile: (data) => revised(before.get(name(data)) ?? "", data),
});

/** The id that a new project of a city takes: the next of the year after all that the editor has read, proposals too. */
export function nextId(city, year) {
  const start = `${city}-${year}-`;
  const taken = [...before.keys()].map((key) => String(JSON.parse(key)[0])).filter((id) => id.startsWith(start));
  return start + String(Math.max(0, ...taken.map((id) => Number(id.slice(start.length)) || 0)) + 1).padStart(4, "0");
}

// Sveltia takes what a new entry begins with from the address; it looks at the address after us.
addEventListener("hashchange", () => {
  const [path, query = ""] = location.hash.split("?");
  const city = /^#\/collections\/projects_([a-z0-9]+)\/new$/.exec(path);
  if (!city || new URLSearchParams(query).has("id")) return;
  const year = new Date(Date.now() + 8 * 3600000).getUTCFullYear(); // Beijing's
  history.replaceState(history.state, "", `${path}?${query ? `${query}&` : ""}id=${nextId(city[1], year)}`);
});
CMS.init();
