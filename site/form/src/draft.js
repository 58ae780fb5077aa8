// A draft: begun, kept in this browser, taken from a published project.
import { today } from "./judge.js";

const DRAFT = "zongmu-draft-1";

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

export const forget = () => localStorage.removeItem(DRAFT);

// What describes a project and may begin another: no acts, no rows, no numbers of its own.
const ITS_OWN = ["format", "id", "milestones", "payments", "progress", "om_costs", "waivers", "reasons", "attestations", "corrections", "standards", "planned", "withheld", "investment_code", "external_ids"];

/** The facts of a published project that a new one may begin with. */
export function publicFacts(body) {
  const facts = body.project || {};
  return Object.fromEntries(Object.entries(facts).filter(([name]) => !ITS_OWN.includes(name)));
}
