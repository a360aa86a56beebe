import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { parseConfig } from "../../../src/config/load.js";
import type { Config } from "../../../src/config/schema.js";
import { installPlan, writableFolders } from "../../../src/service/install/install-plan.js";
import { FOLDERS_FILE, LAYOUT } from "../../../src/service/install/layout.js";
import { obstacles } from "../../../src/service/install/obstacles.js";
import type { Step } from "../../../src/service/install/step.js";
import { uninstallPlan } from "../../../src/service/install/uninstall-plan.js";

const repository = resolve(import.meta.dirname, "../../..");
const read = (name: string) => readFileSync(resolve(repository, name), "utf8");
const parts = {
  unit: read("systemd/refocusd.service"),
  gpu: read("systemd/gpu.conf"),
  config: read("config/refocusd.yaml"),
  schema: read("config/refocusd.schema.json"),
};
const program = { node: "/usr/bin/node", app: "/opt/refocusd" };

function configOf(text: string): Config {
  const reading = parseConfig(text, LAYOUT.configFolder);
  if (reading.kind === "invalid") throw new Error(JSON.stringify(reading.problems));
  return reading.config;
}

const inWords = (step: Step) =>
  step.kind === "run" ? [step.command, ...step.arguments].join(" ") : `${step.kind} ${step.path}`;

describe("installing", () => {
  const options = { program, parts, config: configOf(parts.config), gpu: false, mounts: true };

  test("does each thing after what it needs", () => {
    expect(installPlan(options).steps.map(inWords)).toEqual([
      "file /etc/sysusers.d/refocusd.conf",
      "systemd-sysusers /etc/sysusers.d/refocusd.conf",
      "folder /etc/refocusd",
      "file /etc/refocusd/refocusd.yaml",
      "file /etc/refocusd/refocusd.schema.json",
      "file /etc/tmpfiles.d/refocusd.conf",
      "systemd-tmpfiles --create /etc/tmpfiles.d/refocusd.conf",
      "file /etc/systemd/system/refocusd.service",
      "file /etc/systemd/system/refocusd.service.d/10-folders.conf",
      "systemctl daemon-reload",
    ]);
  });

  test("never overwrites a configuration, and nothing else is spared", () => {
    const kept = installPlan(options).steps.filter((step) => step.kind === "file" && step.keep);
    expect(kept.map(inWords)).toEqual(["file /etc/refocusd/refocusd.yaml"]);
  });

  test("adds the drop-in for a GPU when told to", () => {
    expect(installPlan({ ...options, gpu: true }).steps).toContainEqual(
      expect.objectContaining({ path: LAYOUT.gpuDropIn, content: parts.gpu }),
    );
  });

  test("tells systemd the folders of the configuration", () => {
    const config = configOf("watch:\n  - path: /mnt/scope\n    output: /srv/out\nstate: /data/refocusd\n");
    const dropIn = installPlan({ ...options, config }).steps.find(
      (step) => step.kind === "file" && step.path === LAYOUT.foldersDropIn,
    );
    const content = dropIn?.kind === "file" ? dropIn.content : "";
    expect(content.split("\n").filter((line) => /^\w+=/.test(line))).toEqual([
      "RequiresMountsFor=/mnt/scope",
      "ReadWritePaths=-/srv/out",
      "ReadWritePaths=-/data/refocusd",
      "ReadWritePaths=-/data/refocusd/log",
    ]);
  });

  test("asks for no rights that the unit has already", () => {
    expect(writableFolders(options.config)).toEqual(["/srv/microscope/refocused"]);
    const config = configOf(
      "watch: [{ path: /a, output: /var/lib/refocusd/out }]\nlog: { directory: /var/log/refocusd }\n",
    );
    expect(writableFolders(config)).toEqual([]);
    const series = configOf("watch: [{ path: /a, output: /var/lib/refocusd/out }]\nseries: { folder: /srv/series }\n");
    expect(writableFolders(series)).toContain("/srv/series");
    const neighbour = configOf("watch: [{ path: /a, output: /var/lib/refocusd-out }]\n");
    expect(writableFolders(neighbour)).toEqual(["/var/lib/refocusd-out"]);
  });

  test("uses the folders and the user that the unit names", () => {
    const value = (key: string) => new RegExp(`^${key}=(.*)$`, "m").exec(parts.unit)?.[1];
    expect(`/var/lib/${value("StateDirectory")}`).toBe(LAYOUT.state);
    expect(`/var/log/${value("LogsDirectory")}`).toBe(LAYOUT.logs);
    expect(value("ExecStart")).toContain(LAYOUT.config);
    expect(FOLDERS_FILE).toContain(
      `d ${LAYOUT.state} ${value("StateDirectoryMode")} ${value("User")} ${value("Group")} -`,
    );
  });
});

describe("removing", () => {
  test("stops the service first, and leaves ledger, logs, configuration and user", () => {
    const { steps, next } = uninstallPlan({ installed: true, userExists: true, purge: false });
    expect(steps.map(inWords)).toEqual([
      "systemctl disable --now refocusd.service",
      "remove /etc/systemd/system/refocusd.service.d/20-gpu.conf",
      "remove /etc/systemd/system/refocusd.service.d/10-folders.conf",
      "remove /etc/systemd/system/refocusd.service.d",
      "remove /etc/systemd/system/refocusd.service",
      "remove /etc/tmpfiles.d/refocusd.conf",
      "remove /etc/sysusers.d/refocusd.conf",
      "systemctl daemon-reload",
    ]);
    expect(next.join()).toContain("/var/lib/refocusd with the ledger");
  });

  test("removes those only with purge, and a user only if there is one", () => {
    const more = (userExists: boolean) =>
      uninstallPlan({ installed: false, userExists, purge: true }).steps.map(inWords).slice(7);
    const trees = ["/etc/refocusd", "/var/lib/refocusd", "/var/log/refocusd", "/var/cache/refocusd"];
    expect(more(false)).toEqual(trees.map((path) => `remove ${path}`));
    expect(more(true)).toEqual([...trees.map((path) => `remove ${path}`), "userdel refocusd"]);
  });

  test("removes everything that installing writes", () => {
    const { steps } = installPlan({ program, parts, config: configOf(parts.config), gpu: true, mounts: true });
    const written = steps.flatMap((step) => (step.kind === "file" ? [step.path] : []));
    const removed = uninstallPlan({ installed: true, userExists: true, purge: true }).steps.flatMap((step) =>
      step.kind === "remove" ? [step.path] : [],
    );
    expect(written.filter((path) => !removed.some((one) => path === one || path.startsWith(`${one}/`)))).toEqual([]);
  });
});

describe("what stands in the way", () => {
  const fine = { root: "/", isRoot: true, systemd: true, missing: [] };
  const codes = (place: Parameters<typeof obstacles>[0]) => obstacles(place).map(({ code }) => code);

  test("is nothing where all is well", () => {
    expect(codes(fine)).toEqual([]);
  });

  test("is told by its code, the most telling first", () => {
    expect(codes({ ...fine, isRoot: false })).toEqual(["RF_NOT_ROOT"]);
    expect(codes({ ...fine, systemd: false })).toEqual(["RF_NO_SYSTEMD"]);
    expect(codes({ root: "/", isRoot: false, systemd: false, missing: ["/opt/a.js"] })).toEqual([
      "RF_NOT_BUILT",
      "RF_NO_SYSTEMD",
      "RF_NOT_ROOT",
    ]);
  });

  test("in another root is neither rights nor systemd", () => {
    expect(codes({ root: "/image", isRoot: false, systemd: false, missing: [] })).toEqual([]);
    expect(codes({ root: "/image", isRoot: false, systemd: false, missing: ["/opt/a.js"] })).toEqual(["RF_NOT_BUILT"]);
  });
});
