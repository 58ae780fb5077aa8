// A draft: begun, kept in this browser, taken from a published project.
import { today } from "./judge.js";

const DRAFT = "zongmu-draft-1";
const ASIDE = "zongmu-draft-1-replaced";

/** A new record with the next id that is not taken in public. */
export function blank(city, common) {
  const year = today(common).slice(0, 4);
  const taken = common.projects.filter((id) => id.startsWith(`${city}-${year}-`)).map((id) => Number(id.split("-").pop()));
  const next = String(Math.max(0, ...taken) + 1).padStart(4, "0");
  return { format: 1, id: `${city}-${year}-${next}`, jurisdiction: city, secrecy: "none", milestones: [] };
}

/** The draft that this browser keeps, or null. */
export function stored() {
  try {
    return JSON.parse(localStorage.getItem(DRAFT));
  } catch {
    return null;
  }
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
}

/** The draft that another one took the place of, or null. */
export function replaced() {
  try {
    return JSON.parse(localStorage.getItem(ASIDE));
  } catch {
    return null;
  }
}

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
const ITS_OWN = ["format", "id", "milestones", "payments", "progress", "om_costs", "waivers", "reasons", "attestations", "corrections", "standards", "planned", "withheld", "investment_code", "external_ids"];

/** The facts of a published project that a new one may begin with. */
export function publicFacts(body) {
  const facts = body.project || {};
  return Object.fromEntries(Object.entries(facts).filter(([name]) => !ITS_OWN.includes(name)));
}
