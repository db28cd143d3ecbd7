// Pure logic is tested without a page, which starts far quicker; see `@vitest-environment node` in those files.
if ("document" in globalThis) await import("@/testing/page-setup");
