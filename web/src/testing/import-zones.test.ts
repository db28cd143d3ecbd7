// @vitest-environment node
// Who may import whom: lib, components < features < apps; features and apps keep to themselves; nobody re-exports.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const SOURCE = join(import.meta.dirname, "..");
const files = readdirSync(SOURCE, { recursive: true, encoding: "utf8" }).filter((path) => /\.tsx?$/.test(path));

/** `features/orders/x.ts` lies in zone `features`, part `orders`. */
function place(path: string): { zone: string; part: string } {
  const [zone = "", part = ""] = path.split("/");
  return { zone, part };
}

/** Why the import breaks the zones, if it does. */
export function breach(from: string, to: string): string | null {
  const [importer, imported] = [place(from), place(to)];
  if (importer.zone === "testing" || from.includes(".test.")) return null;
  if (imported.zone === "testing") return "only tests use testing";
  const rank = { lib: 0, components: 1, features: 2, apps: 3 } as Record<string, number>;
  const [own, other] = [rank[importer.zone], rank[imported.zone]];
  if (own === undefined || other === undefined) return "outside of every zone";
  if (other > own) return `${importer.zone} must not know ${imported.zone}`;
  if (own === other && own >= 2 && importer.part !== imported.part) return `${importer.zone} must not know each other`;
  return null;
}

test("the rules catch what they are for", () => {
  expect(breach("features/orders/a.ts", "features/carts/b")).toMatch(/each other/);
  expect(breach("lib/a.ts", "features/carts/b")).toMatch(/must not know/);
  expect(breach("components/a.tsx", "apps/admin/b")).toMatch(/must not know/);
  expect(breach("lib/a.ts", "components/b")).toMatch(/must not know/);
  expect(breach("apps/kiosk/a.ts", "apps/admin/b")).toMatch(/each other/);
  expect(breach("apps/kiosk/a.ts", "features/carts/b")).toBeNull();
});

test("no file breaks them", () => {
  const breaches = files.flatMap((file) => {
    const text = readFileSync(join(SOURCE, file), "utf8");
    const relative = /from "\.\.?\//.test(text) ? [`${file}: imports by a relative path`] : [];
    const reexport = /^export (\*|\{[^}]*\}|type \{[^}]*\}) from/m.test(text) ? [`${file}: re-exports`] : [];
    const imports = [...text.matchAll(/(?:from|import) "@\/([^"]+)"/g)].map((match) => match[1] ?? "");
    const zones = imports.flatMap((to) => {
      const why = breach(file, to);
      return why ? [`${file} -> ${to}: ${why}`] : [];
    });
    return [...relative, ...reexport, ...zones];
  });
  expect(breaches).toEqual([]);
  expect(files.length).toBeGreaterThan(80);
});

test("components stay below 150 lines", () => {
  const long = files
    .filter((file) => file.endsWith(".tsx") && !file.includes(".test."))
    .filter((file) => readFileSync(join(SOURCE, file), "utf8").split("\n").length > 150);
  expect(long).toEqual([]);
});
