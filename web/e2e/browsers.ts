import { join } from "node:path";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";
import { setting } from "./programs";

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--use-fake-ui-for-media-stream",
  "--mute-audio",
];

/** Sizes of the screens. */
export const PHONE = { width: 390, height: 844 };
export const DESK = { width: 1440, height: 900 };

/** Starts a Chromium; with a camera file, that is what its camera sees. */
export async function browser(cameraFile?: string): Promise<Browser> {
  const camera = cameraFile
    ? ["--use-fake-device-for-media-stream", `--use-file-for-fake-video-capture=${cameraFile}`]
    : [];
  return chromium.launch({ executablePath: setting("CHROMIUM"), args: [...flags, ...camera] });
}

let shots = 0;

/** Keeps a picture of a page, numbered in the order of the story. */
export async function shot(page: Page, name: string): Promise<void> {
  shots += 1;
  const file = `${String(shots).padStart(2, "0")}-${name}.png`;
  await page.screenshot({ path: join(setting("ARTEFACTS"), file) });
}

type Cookies = Awaited<ReturnType<BrowserContext["cookies"]>>;

/** A kiosk: a browser with a camera of its own for each person who stands before it, always the same device. */
export class Kiosk {
  #cookies: Cookies = [];
  constructor(
    readonly url: string,
    readonly name: string,
  ) {}

  /** Joins with a one-time code, as the person who sets it up does. */
  async join(code: string): Promise<void> {
    const opened = await browser();
    const page = await (await opened.newContext({ viewport: DESK })).newPage();
    await page.goto(`${this.url}/kiosk/`);
    await page.getByLabel("One-time code").fill(code);
    await page.getByRole("button", { name: "Join" }).click();
    await page.getByLabel("One-time code").waitFor({ state: "detached" });
    this.#cookies = await page.context().cookies();
    await opened.close();
  }

  /** Somebody steps before its camera, does something, and leaves. */
  async before(cameraFile: string, visit: (page: Page) => Promise<void>): Promise<void> {
    const opened = await browser(cameraFile);
    try {
      const context = await opened.newContext({ viewport: DESK });
      await context.addCookies(this.#cookies);
      const page = await context.newPage();
      await page.goto(`${this.url}/kiosk/`);
      await visit(page);
    } finally {
      await opened.close();
    }
  }
}
