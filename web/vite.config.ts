/// <reference types="vitest/config" />
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** While developing, unknown paths below an app answer that app's page, as the Rust server does in production. */
function appFallback(): Plugin {
  return {
    name: "smartmart-app-fallback",
    configureServer(server) {
      server.middlewares.use((request, _response, next) => {
        const path = (request.url ?? "").split(/[?#]/)[0] ?? "";
        const app = /^\/(shop|admin|kiosk)(\/|$)/.exec(path)?.[1];
        if (app && !/\.[a-z0-9]+$/i.test(path)) request.url = `/${app}/index.html`;
        next();
      });
    },
  };
}

const smartmart = process.env["SMARTMART_URL"] ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react(), appFallback()],
  resolve: { alias: { "@": here("./src") } },
  server: {
    proxy: {
      "/api": { target: smartmart, changeOrigin: true },
      "/socket.io": { target: smartmart, ws: true, changeOrigin: true },
    },
  },
  build: {
    target: "es2022",
    // Everything stays a file of its own: the content security policy allows no inline fonts or scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: {
        landing: here("./index.html"),
        shop: here("./shop/index.html"),
        admin: here("./admin/index.html"),
        kiosk: here("./kiosk/index.html"),
      },
    },
  },
  test: {
    environment: "jsdom",
    environmentOptions: { jsdom: { url: "http://smartmart.test/shop/" } },
    setupFiles: ["src/testing/setup.ts"],
    include: ["src/**/*.test.{ts,tsx}"],
    restoreMocks: true,
    testTimeout: 20_000,
    maxWorkers: 2,
  },
});
