// Bundles the form page into site/assets/form/ (npm ci && npm run build); what comes out is committed with its digests.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "assets", "form");
mkdirSync(out, { recursive: true });
const made = await build({
  entryPoints: [join(here, "src", "main.jsx")],
  bundle: true,
  minify: true,
  format: "iife",
  target: ["es2020", "chrome80"],
  charset: "utf8",
  legalComments: "none",
  jsx: "automatic",
  define: { "process.env.NODE_ENV": '"production"' },
  alias: { "@rjsf/validator-ajv8": join(here, "src", "no-validator.js") },
  outfile: join(out, "form.js"),
  metafile: true,
});

// Licences of exactly what is in the bundle.
const packages = new Set();
for (const input of Object.keys(made.metafile.inputs)) {
  const found = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
  if (found) packages.add(found[1]);
}
const licences = [...packages].sort().map((name) => {
  const folder = join(here, "node_modules", name);
  const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((f) => /^(licen[cs]e|copying)/i.test(f));
  return `${name} ${about.version} — ${about.license}\n\n${file ? readFileSync(join(folder, file), "utf8").trim() : `(${about.license})`}\n`;
});
writeFileSync(join(out, "LICENSES.txt"), licences.join(`\n${"-".repeat(80)}\n\n`));

const digest = (path) => createHash("sha256").update(readFileSync(path)).digest("hex");
const sources = ["package.json", "package-lock.json", "build.mjs", ...readdirSync(join(here, "src")).sort().map((f) => `src/${f}`)];
writeFileSync(
  join(out, "manifest.json"),
  `${JSON.stringify({ built: { "form.js": digest(join(out, "form.js")) }, sources: Object.fromEntries(sources.map((f) => [f, digest(join(here, f))])) }, null, 2)}\n`,
);
