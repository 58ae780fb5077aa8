// What both bundles share: licences of what went in, digests of what it was made from, a lock file without addresses.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const digest = (path) => createHash("sha256").update(readFileSync(path)).digest("hex");

/** Every file below a folder, as paths relative to it, sorted. */
export const files = (folder, at = "") =>
  readdirSync(join(folder, at), { withFileTypes: true })
    .flatMap((e) => (e.isDirectory() ? files(folder, `${at}${e.name}/`) : [`${at}${e.name}`]))
    .sort();

/** Name, version and licence text of exactly the packages that esbuild's metafile names, and of those in `named`. */
export function licences(here, metafile, named = []) {
  const packages = new Set(named);
  for (const input of Object.keys(metafile.inputs)) {
    const found = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (found) packages.add(found[1]);
  }
  return [...packages].sort().map((name) => {
    const folder = join(here, "node_modules", name);
    const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).find((f) => /^(licen[cs]e|copying)/i.test(f));
    return `${name} ${about.version} — ${about.license}\n\n${file ? readFileSync(join(folder, file), "utf8").trim() : `(${about.license})`}\n`;
  });
}

/** The texts one under another, as LICENSES.txt. */
export const writeLicences = (path, texts) => writeFileSync(path, texts.join(`\n${"-".repeat(80)}\n\n`));

/** Digests of what was built (`built`, below `out`) and of what it was built from (below `here`). */
export function writeManifest(path, here, out, built, shared = []) {
  stripAddresses(join(here, "package-lock.json"));
  const sources = ["package.json", "package-lock.json", "build.mjs", "../bundling.mjs", ...files(join(here, "src")).map((f) => `src/${f}`), ...shared];
  const digests = (folder, names) => Object.fromEntries(names.map((f) => [f, digest(join(folder, f))]));
  writeFileSync(path, `${JSON.stringify({ built: digests(out, built), sources: digests(here, sources) }, null, 2)}\n`);
}

/** A lock holds names, versions and hashes: npm also writes where to donate and, unless told otherwise, where to download. */
function stripAddresses(path) {
  const lock = JSON.parse(readFileSync(path, "utf8"));
  for (const entry of Object.values(lock.packages)) {
    delete entry.funding;
    delete entry.resolved;
  }
  writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
}
