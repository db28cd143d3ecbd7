import { type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { browser, DESK, Kiosk, PHONE, shot } from "./browsers";
import { photograph, Programs } from "./programs";

/** The slot of the demo store's cola, and the weight of a can in grams. */
const SLOT = "g1s1";
const CAN = 355;
/** Each step must show within this time on the phone and on the monitor. */
const SOON = 1_000;

const programs = new Programs();
let shared: Browser;
let admin: Page;
const phones: Record<"Ada" | "Ben", Page> = {} as never;
const cameras: Record<"Ada" | "Ben", string> = {} as never;
const kiosks: Record<"entry" | "exit" | "shelf_camera", Kiosk> = {} as never;

beforeAll(async () => {
  await programs.startServer();
  shared = await browser();
  cameras.Ada = await programs.cameraFile("ada", `face:${photograph("obama.jpg")}:3s`);
  cameras.Ben = await programs.cameraFile("ben", `face:${photograph("biden.jpg")}:3s`);
});

afterAll(async () => {
  await shared?.close();
  await programs.stop();
});

async function newPage(size: { width: number; height: number }): Promise<Page> {
  const context = await shared.newContext({ viewport: size, baseURL: programs.url });
  return context.newPage();
}

/** Waits until a page shows a text; fails after the time in which every step must show. */
async function soon(page: Page, text: string | RegExp): Promise<void> {
  await page.getByText(text).first().waitFor({ timeout: SOON });
}

/** Waits until the feed tells what was decided: the sightings after a change are waited for. */
async function decided(text: RegExp): Promise<void> {
  await admin.getByText(text).first().waitFor({ timeout: 6_000 });
}

async function invite(name: string, role: string, zone: string): Promise<string> {
  await admin.goto("/admin/devices");
  const form = admin.getByRole("form", { name: "Invite a device" });
  await form.getByLabel("Name").fill(name);
  await form.getByLabel("Role").selectOption(role);
  await form.getByLabel("Zone").fill(zone);
  await form.getByRole("button", { name: "Invite" }).click();
  const code = admin.getByTestId("invitation-code").filter({ hasText: /\w{4}-\w{4}/ });
  await code.waitFor();
  return (await code.innerText()).trim();
}

/** Where the slot stands across its camera's picture. A photograph fills the picture, so its face is in the middle. */
async function placeSlot(x: number): Promise<void> {
  const status = await admin.evaluate(
    async ([slot, place]) => {
      const headers = { "x-smartmart": "1", "content-type": "application/json" };
      const found = await (await fetch(`/api/v1/admin/planogram?search=${encodeURIComponent(slot)}`)).json();
      const facings = (found as { items: { slot: string }[] }).items;
      const facing = { ...facings.find((one) => one.slot === slot), x: place };
      const url = `/api/v1/admin/planogram/${slot}`;
      return (await fetch(url, { method: "PUT", headers, body: JSON.stringify(facing) })).status;
    },
    [SLOT, x] as const,
  );
  expect(status).toBe(200);
}

test("the owner logs in and the devices join with one-time codes", async () => {
  admin = await newPage(DESK);
  await admin.goto("/admin/");
  await admin.getByLabel("E-mail").fill(programs.owner);
  await admin.getByLabel("Password").fill(programs.password);
  await admin.getByRole("button", { name: "Log in" }).click();
  await admin.getByRole("status", { name: "Inside now" }).waitFor();
  await shot(admin, "monitor-empty");
  for (const [role, zone] of [
    ["entry", "entry"],
    ["exit", "exit"],
    ["shelf_camera", "g1"],
  ] as const) {
    kiosks[role] = new Kiosk(programs.url, `Kiosk at ${zone}`);
    const code = await invite(`Kiosk at ${zone}`, role, zone);
    if (role === "entry") await shot(admin, "device-code");
    await kiosks[role].join(code);
  }
  await placeSlot(0.5);
  await programs.startShelfNode(SLOT, await invite("Shelf node 1", "shelf_node", "g1"), CAN, 12);
  await admin.goto("/admin/devices");
  await admin.getByText("Shelf node 1").first().waitFor();
  await shot(admin, "devices");
});

test("two people sign up, with three photographs each after their consent", async () => {
  const photographs = { Ada: ["obama.jpg", "obama2.jpg", "obama3.jpg"], Ben: ["biden.jpg", "biden.jpg", "biden.jpg"] };
  for (const name of ["Ada", "Ben"] as const) {
    const phone = await newPage(PHONE);
    phones[name] = phone;
    await phone.goto("/shop/sign-up");
    await phone.getByLabel("Name").fill(name);
    await phone.getByLabel("E-mail").fill(`${name.toLowerCase()}@example.org`);
    await phone.getByLabel("Password").fill("correct horse battery");
    await phone.getByRole("button", { name: "Sign up" }).click();
    await phone.getByRole("link", { name: /Use my face/ }).click();
    await phone.getByRole("checkbox").check();
    if (name === "Ada") await shot(phone, "consent");
    await phone.getByRole("button", { name: "Continue" }).click();
    await phone.getByRole("button", { name: "Use photographs instead" }).click();
    await phone.getByLabel("Choose photographs instead").setInputFiles(photographs[name].map(photograph));
    await phone.getByRole("button", { name: "Save my face" }).click();
    await phone.getByRole("heading", { name: "The door knows you now" }).waitFor();
    if (name === "Ada") await shot(phone, "enrolled");
    await phone.goto("/shop/");
    await phone.getByRole("img", { name: "Your QR code" }).waitFor();
  }
  await shot(phones.Ada, "phone-outside");
});

/** Somebody walks through a gate: the kiosk says so, and then phone and monitor do. */
async function pass(gate: "entry" | "exit", name: "Ada" | "Ben"): Promise<void> {
  await kiosks[gate].before(cameras[name], async (page) => {
    const words = gate === "entry" ? /Welcome/ : /Goodbye|Thank you/;
    await page.getByTestId("outcome").getByText(words).first().waitFor({ timeout: 30_000 });
    await soon(page, new RegExp(name));
    await shot(page, `kiosk-${gate}-${name}`);
    if (gate === "entry") await soon(phones[name], "In the store");
    await soon(admin, new RegExp(`${name} walked ${gate === "entry" ? "in" : "out"}`));
  });
}

async function holds(name: "Ada" | "Ben", cans: number): Promise<void> {
  const total = `€${(1.49 * cans).toFixed(2)}`;
  const number = new RegExp(total.replace("€", "").replace(".", "[.,]"));
  await phones[name].getByRole("status", { name: "Total" }).getByText(number).waitFor({ timeout: SOON });
}

/** Somebody stands at the shelf long enough to be seen, and moves cans. */
async function atShelf(name: "Ada" | "Ben", moves: (() => Promise<void>)[]): Promise<void> {
  await kiosks.shelf_camera.before(cameras[name], async (page) => {
    // The camera starts, and the server has seen a few frames.
    await page.waitForTimeout(6_000);
    await shot(page, `kiosk-shelf-${name}`);
    for (const move of moves) {
      await move();
      await page.waitForTimeout(1_500);
    }
  });
}

test("Ada walks in, takes two cans and puts one back", async () => {
  await admin.goto("/admin/");
  await pass("entry", "Ada");
  await shot(phones.Ada, "phone-inside");
  await atShelf("Ada", [
    async () => {
      programs.weigh(SLOT, 10 * CAN);
      await holds("Ada", 2);
      await decided(/Ada took 2 × Cola/);
      await shot(phones.Ada, "phone-two-cans");
      await shot(admin, "monitor-two-cans");
    },
    async () => {
      programs.weigh(SLOT, 11 * CAN);
      await holds("Ada", 1);
      await decided(/Ada put back 1 × Cola/);
      await shot(phones.Ada, "phone-one-can");
    },
  ]);
});

test("Ben walks in and takes one from the same shelf", async () => {
  await pass("entry", "Ben");
  await atShelf("Ben", [
    async () => {
      programs.weigh(SLOT, 10 * CAN);
      await holds("Ben", 1);
      await decided(/Ben took 1 × Cola/);
      await shot(admin, "monitor-both");
    },
  ]);
  await holds("Ada", 1);
});

test("both walk out and both receipts are right", async () => {
  for (const name of ["Ada", "Ben"] as const) {
    await pass("exit", name);
    await phones[name].getByRole("heading", { name: "Thank you!" }).waitFor({ timeout: 5_000 });
    await shot(phones[name], `phone-thanks-${name}`);
    await soonOrder(name);
  }
  await shot(admin, "monitor-after");
  for (const name of ["Ada", "Ben"] as const) {
    const mail = await mailTo(`${name.toLowerCase()}@example.org`, /^Receipt/);
    const text = await mail.locator("body").innerText();
    expect(text).toMatch(/1 × Cola 0\.33 l/);
    expect(text).toMatch(/Total\s+1\.49 EUR/);
    expect(text).toMatch(/19 % tax on 1\.25 EUR\s+0\.24 EUR/);
    await shot(admin, `mail-${name}`);
  }
});

async function soonOrder(name: string): Promise<void> {
  await admin
    .getByText(new RegExp(`${name}: order .* over 1.49 EUR`))
    .first()
    .waitFor({ timeout: 6_000 });
}

/** Opens the newest mail to an address in the local mailbox; gives its body. */
async function mailTo(address: string, subject: RegExp) {
  await admin.goto("/admin/mailbox");
  const entry = admin.getByRole("link").filter({ hasText: address }).filter({ hasText: subject });
  await entry.first().waitFor({ timeout: 15_000 });
  await entry.first().click();
  return admin.frameLocator("iframe");
}

test("Ada disputes a line from the mailed link without logging in", async () => {
  const mail = await mailTo("ada@example.org", /^Receipt/);
  const link = await mail.getByRole("link", { name: "Something is wrong" }).getAttribute("href");
  expect(link).toContain("/shop/dispute#");
  const stranger = await newPage(PHONE);
  await stranger.goto(link ?? "");
  await stranger.getByRole("checkbox", { name: /Cola/ }).check();
  await stranger.getByRole("textbox", { name: "Message" }).fill("I put both back.");
  await shot(stranger, "dispute-form");
  await stranger.getByRole("button", { name: "Send dispute" }).click();
  await stranger.getByText("Dispute open").first().waitFor();
  await shot(stranger, "dispute-open");
  await stranger.goto(`${programs.url}/shop/dispute#${"A".repeat(40)}`);
  await stranger.reload();
  await stranger.getByRole("heading", { name: "This link is not valid" }).waitFor();
  await shot(stranger, "dispute-altered-link");
});

test("the admin sees the evidence and accepts; the corrected receipt arrives", async () => {
  await admin.goto("/admin/disputes");
  await admin.getByRole("row").filter({ hasText: "Ada" }).getByRole("link").first().click();
  await admin.getByRole("textbox", { name: "Answer to the shopper" }).fill("You are right, sorry.");
  await shot(admin, "dispute-evidence");
  await admin.getByRole("button", { name: "Accept and refund" }).click();
  await admin
    .getByText(/Dispute accepted|Accepted/)
    .first()
    .waitFor();
  await shot(admin, "dispute-accepted");
  const mail = await mailTo("ada@example.org", /^Corrected receipt/);
  const text = await mail.locator("body").innerText();
  expect(text).toMatch(/1\.49 EUR goes back to you/);
  expect(text).toMatch(/You pay\s+0\.00 EUR/);
  await shot(admin, "mail-corrected");
  await phones.Ada.goto(`${programs.url}/shop/receipts`);
  await phones.Ada.getByText(/accepted/i)
    .first()
    .waitFor();
  await shot(phones.Ada, "phone-accepted");
});
