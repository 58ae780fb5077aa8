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
CMS.init();
