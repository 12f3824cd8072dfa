import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const entries = ["site", "problem", "submission", "board", "playground", "snippets", "embed"];

/** Writes `.br` and `.gz` beside each text file, so that the web process compresses nothing. */
function precompress(): Plugin {
  return {
    name: "precompress",
    apply: "build",
    async writeBundle(options) {
      const folder = join(options.dir ?? "dist", "assets");
      const names = (await readdir(folder)).filter((name) => /\.(js|css|svg|ttf)$/.test(name));
      for (const name of names) {
        const bytes = await readFile(join(folder, name));
        if (bytes.length < 1024) continue;
        const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
        await writeFile(join(folder, `${name}.gz`), await promisify(gzip)(bytes, { level: 9 }));
        await writeFile(join(folder, `${name}.br`), await promisify(brotliCompress)(bytes, brotli));
      }
    },
  };
}

export default defineConfig({
  // The address under which judge/web/assets.py serves dist/.
  base: "/static/dist/",
  publicDir: false,
  plugins: [precompress()],
  resolve: {
    alias: [
      // Vim's and Emacs's keys must share our Monaco, and name it as it was called before 0.53.
      { find: /^monaco-editor\/esm\/vs\/(.+)$/, replacement: "monaco-editor/$1" },
      { find: /^monaco-editor$/, replacement: "monaco-editor/editor" },
      // Its entry for browsers is one for script tags.
      { find: /^monaco-vim$/, replacement: fileURLToPath(new URL("node_modules/monaco-vim/dist/index.mjs", import.meta.url)) },
    ],
  },
  css: {
    preprocessorOptions: {
      // Bootstrap 5.3 still uses @import and global functions; its warnings are not ours.
      scss: { quietDeps: true, silenceDeprecations: ["import"] },
    },
  },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    manifest: "manifest.json",
    target: "es2022",
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 4000,
    // Page text must not wait for fonts or Monaco; both are preloaded on purpose where wanted.
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: Object.fromEntries(entries.map((name) => [name, `src/pages/${name}.ts`])),
      // What Vim's keys share with Monaco is a chunk of its own, and Monaco's by name too.
      output: { chunkFileNames: ({ name }) => `assets/${name === "editor.api" ? "monaco-api" : "[name]"}-[hash].js` },
    },
  },
  test: { include: ["src/tests/*.test.ts"], environment: "node" },
});
