// Bundles the form page into site/assets/form/ (npm ci && npm run build); what comes out is committed with its digests.
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { licences, writeLicences, writeManifest } from "../bundling.mjs";

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

writeLicences(join(out, "LICENSES.txt"), licences(here, made.metafile));
writeManifest(join(out, "manifest.json"), here, out, ["form.js"]);
