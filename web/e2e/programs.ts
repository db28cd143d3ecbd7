import { spawn, type ChildProcess } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A setting that `cargo xtask test` makes. */
export function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run \`cargo xtask test --only browser\``);
  return value;
}

const repository = resolve(import.meta.dirname, "../..");

/** A photograph that the project carries. */
export const photograph = (name: string) => join(repository, "fixtures/faces", name);

/** The store's programs, running on a folder of their own. */
export class Programs {
  readonly folder = mkdtempSync(join(tmpdir(), "smartmart-e2e-"));
  readonly #children: ChildProcess[] = [];
  url = "";
  owner = "";
  password = "";

  /** Starts the server with the demo store. */
  async startServer(): Promise<void> {
    const port = await freePort();
    this.url = `http://127.0.0.1:${port}`;
    const data = join(this.folder, "server");
    this.#start("server", setting("SMARTMART"), ["serve", "--demo", "--port", String(port), "--data", data], {
      SMARTMART__HTTP__PUBLIC_URL: this.url,
      SMARTMART__FLOOR__SETTLING_MS: "2500",
      SMARTMART__FLOOR__WAIT_FOR_SIGHTINGS_MS: "1500",
      SMARTMART__FLOOR__REVIEWING_MS: "6000",
      // The camera at the shelf is off between two shoppers, so nobody sees that the first has gone: bill from 0.85 on.
      SMARTMART__FLOOR__OVERCHARGE_COSTS: "5",
    });
    await this.until("the server is ready", async () => (await fetch(`${this.url}/readyz`)).ok);
    const [owner = "", , password = ""] = readFileSync(join(data, "demo-log-ins.txt"), "utf8").split("\n");
    Object.assign(this, { owner, password });
  }

  /** Starts a shelf node whose load cell under `slot` weighs what {@link weigh} says. */
  async startShelfNode(slot: string, joinCode: string, unitGrams: number, units: number): Promise<void> {
    const data = join(this.folder, "node");
    mkdirSync(data, { recursive: true });
    this.weigh(slot, unitGrams * units);
    const config = join(this.folder, "edge.toml");
    writeFileSync(
      config,
      `server_url = "${this.url}"
data_folder = "${data}"
join_code = "${joinCode}"

[[sensors]]
slot = "${slot}"
kind = "load_cell"
driver = "simulated"
value_file = "${this.#valueFile(slot)}"
noise = 2.0
noise_seed = 7
period_ms = 50
capacity = 12
unit_g = ${unitGrams.toFixed(1)}
`,
    );
    this.#start("edge", setting("SMARTMART_EDGE"), ["run", "--config", config], {});
    const state = join(data, "spool/state.json");
    await this.until(
      "the shelf node has counted",
      async () => existsSync(state) && readFileSync(state, "utf8").includes(slot),
    );
  }

  /** Sets the weight on a slot's plate, in grams. */
  weigh(slot: string, grams: number): void {
    const file = this.#valueFile(slot);
    writeFileSync(`${file}.new`, String(grams));
    renameSync(`${file}.new`, file);
  }

  /** Makes a camera file of a photograph; gives its path. */
  async cameraFile(name: string, ...steps: string[]): Promise<string> {
    const file = join(this.folder, `${name}.mjpeg`);
    const child = this.#start("sim", setting("SMARTMART_SIM"), [
      "camera-file",
      "--out",
      file,
      "--fps",
      "5",
      "--size",
      "640x480",
      ...steps,
    ]);
    await new Promise<void>((done, failed) => {
      child.on("exit", (code) => (code === 0 ? done() : failed(new Error(`no camera file: ${code}`))));
    });
    return file;
  }

  /** Waits until something is true. */
  async until(what: string, check: () => Promise<boolean>, patience = 30_000): Promise<void> {
    const end = Date.now() + patience;
    for (;;) {
      if (await check().catch(() => false)) return;
      if (Date.now() > end) throw new Error(`waited ${patience} ms in vain: ${what}\n${this.#logs()}`);
      await sleep(50);
    }
  }

  /** Ends everything. */
  async stop(): Promise<void> {
    const children = this.#children.filter((child) => child.exitCode === null && child.signalCode === null);
    const ended = children.map((child) => new Promise((done) => child.on("exit", done)));
    for (const child of children) child.kill("SIGTERM");
    await Promise.race([Promise.all(ended), sleep(5_000)]);
    for (const child of children) child.kill("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }

  #valueFile(slot: string): string {
    return join(this.folder, `${slot}.value`);
  }

  readonly #printed: string[] = [];

  #logs(): string {
    return this.#printed.slice(-40).join("");
  }

  #start(name: string, program: string, words: string[], env: Record<string, string> = {}): ChildProcess {
    const child = spawn(program, words, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (text: Buffer) => {
        this.#printed.push(`${name}: ${text.toString()}`);
        appendFileSync(join(setting("ARTEFACTS"), "programs.log"), `${name}: ${text.toString()}`);
      });
    }
    this.#children.push(child);
    return child;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}
