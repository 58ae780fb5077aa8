// A draft: begun, kept in this browser, taken from a published project.
import { today } from "./judge.js";

const DRAFT = "zongmu-draft-1";
const ASIDE = "zongmu-draft-1-replaced";
const UNREAD = "zongmu-draft-1-unread";

const plain = (x) => x !== null && typeof x === "object" && !Array.isArray(x);
const texts = (x, names) => plain(x) && names.every((name) => typeof x[name] === "string");

/** The draft under a key, or null: what lies there may be damaged, or of something else on the same server. */
function read(key, common) {
  try {
    const draft = JSON.parse(localStorage.getItem(key));
    const { city, data, loaded, submitter } = draft;
    const acts = data.milestones === undefined ? [] : data.milestones;
    const fits =
      common.jurisdictions.some((j) => j.id === city) &&
      texts(data, ["id"]) &&
      Array.isArray(acts) &&
      acts.every((act) => texts(act, ["kind"])) &&
      (loaded == null || (texts(loaded.data, ["id"]) && Array.isArray(loaded.header))) &&
      (submitter == null || texts(submitter, ["unit", "office", "paper"]));
    return fits ? draft : null;
  } catch {
    return null;
  }
}

/** A new record with the next id that is not taken in public. */
export function blank(city, common) {
  const year = today(common).slice(0, 4);
  const taken = common.projects.filter((id) => id.startsWith(`${city}-${year}-`)).map((id) => Number(id.split("-").pop()));
  const next = String(Math.max(0, ...taken) + 1).padStart(4, "0");
  return { format: 1, id: `${city}-${year}-${next}`, jurisdiction: city, secrecy: "none", milestones: [] };
}

/** The draft that this browser keeps, or null. */
export const stored = (common) => read(DRAFT, common);

/** Lays a draft aside that the page could not show, so that it opens without it. */
export function unshown() {
  try {
    localStorage.setItem(UNREAD, localStorage.getItem(DRAFT) || "");
  } catch {
    // then it is lost: without it the page opens again
  }
  localStorage.removeItem(DRAFT);
}

/** Keeps the draft; says whether the browser let it. */
export function keep(draft) {
  try {
    localStorage.setItem(DRAFT, JSON.stringify(draft));
    return true;
  } catch {
    return false;
  }
}

/** Takes every draft out of this browser. */
export function forget() {
  localStorage.removeItem(DRAFT);
  localStorage.removeItem(ASIDE);
  localStorage.removeItem(UNREAD);
}

/** The draft that another one took the place of, or null. */
export const replaced = (common) => read(ASIDE, common);

/** Keeps a draft whose place another takes, and gives it back. */
export function setAside(draft) {
  try {
    localStorage.setItem(ASIDE, JSON.stringify(draft));
  } catch {
    // it is still there until the page is left
  }
  return draft;
}

// What describes a project and may begin another: no acts, no rows, no numbers of its own.
const ITS_OWN = ["format", "id", "milestones", "payments", "progress", "om_costs", "waivers", "reasons", "attestations", "questions", "corrections", "standards", "planned", "withheld", "investment_code", "external_ids"];

/** The facts of a published project that a new one may begin with. */
export function publicFacts(body) {
  const facts = body.project || {};
  return Object.fromEntries(Object.entries(facts).filter(([name]) => !ITS_OWN.includes(name)));
}
