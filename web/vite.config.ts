import { defineConfig } from "vite";
import { pack } from "./build/pack";

// What is built goes to dist/, which is committed and embedded.
export default defineConfig({
  build: {
    target: "es2022",
    // Everything is a file of its own, so that the content security policy can do
    // without "data:" for scripts and fonts.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 5000,
    license: { fileName: "assets/licenses.md" },
    reportCompressedSize: false,
    rolldownOptions: {
      onLog(level, log, handle) {
        if (log.code !== "MODULE_LEVEL_DIRECTIVE") handle(level, log); // "use client": there is no server here
      },
    },
  },
  worker: { format: "es" },
  plugins: [pack()],
  server: {
    // "npm run dev" works on the sources, beside a running "kontrak demo".
    proxy: {
      "/query": { target: "http://127.0.0.1:8080", ws: true },
      "/api": "http://127.0.0.1:8080",
    },
  },
});
