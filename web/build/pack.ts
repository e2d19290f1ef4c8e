import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { constants, gzipSync } from "node:zlib";
import type { Plugin } from "vite";

// The sources that the built files follow from. web_test.go holds the same list.
const sources = ["build", "src", "index.html", "package-lock.json", "package.json", "tsconfig.json", "vite.config.ts"];

// pack leaves the assets compressed only, as they are embedded, and writes down
// from which sources they were built.
export function pack(): Plugin {
  let root = ".";
  let out = "dist";
  return {
    name: "pack",
    apply: "build",
    configResolved(config) {
      root = config.root;
      out = join(config.root, config.build.outDir);
    },
    closeBundle() {
      const assets = join(out, "assets");
      for (const name of readdirSync(assets).filter((name) => !name.endsWith(".gz"))) {
        const packed = gzipSync(readFileSync(join(assets, name)), { level: constants.Z_BEST_COMPRESSION });
        writeFileSync(join(assets, name + ".gz"), packed);
        rmSync(join(assets, name));
      }
      writeFileSync(join(out, "SOURCES"), sums(root));
    },
  };
}

// sums lists the sources as sha256sum does, in the order of their paths.
function sums(root: string): string {
  const files = sources.flatMap((at) => walk(root, at)).sort();
  return files.map((at) => `${createHash("sha256").update(readFileSync(join(root, at))).digest("hex")}  ${at}\n`).join("");
}

function walk(root: string, at: string): string[] {
  if (!statSync(join(root, at)).isDirectory()) return [at];
  return readdirSync(join(root, at)).flatMap((name) => walk(root, `${at}/${name}`));
}
