// The app as it is written, reloaded piece by piece as it changes: what `make dev` runs in front of the server.
import prefresh from "@prefresh/vite";
import { build, defineConfig, mergeConfig } from "vite";
import { workerConfig } from "../build/worker.mjs";
import app from "../vite.config.ts";

/** The real service worker, which keeps no file: web push works, and every page and module comes from here, fresh. */
function worker() {
  return {
    name: "ben-worker",
    configureServer(server) {
      server.middlewares.use("/sw.js", (_request, response, next) => {
        const config = workerConfig([], {}, "dev");
        build({ ...config, build: { ...config.build, write: false } })
          .then(({ output }) => response.setHeader("Content-Type", "text/javascript").setHeader("Cache-Control", "no-store").end(output[0].code))
          .catch(next);
      });
    },
  };
}

export default mergeConfig(
  app,
  defineConfig({
    plugins: [prefresh(), worker()],
    server: {
      // Whole requests go on as they came: the server compares Host, cookie and Sec-Fetch-Site with its own address.
      proxy: { "/api": { target: process.env.BEN_SERVER ?? "http://127.0.0.1:8000", changeOrigin: false } },
      strictPort: true,
    },
    // Known before the first page asks: a package found later would load the page again.
    optimizeDeps: { entries: ["index.html", "dev/components.html"] },
  }),
);
