import { expect, it } from "vitest";
import { doneMarkerOf, guardedFolders, treatmentOf } from "../../src/app/settings.js";
import { parseConfig } from "../../src/config/load.js";

function config(text: string) {
  const reading = parseConfig(text, "/");
  if (reading.kind === "invalid") throw new Error(JSON.stringify(reading.problems));
  return reading.config;
}

it("guards the outputs of those folders of which something is reconstructed", () => {
  const read = config(`disk: {minFreeGigabytes: 0.5}
watch:
  - {path: /a, output: /a-out}
  - {path: /b, output: /b-out, reconstruct: never}
`);
  expect(guardedFolders(read)).toEqual([{ root: "/a", output: "/a-out", limitBytes: 5e8 }]);
});

it("holds reconstructions to their source unless that is switched off", () => {
  const folders = "watch:\n  - {path: /a, output: /a-out}\n";
  expect(treatmentOf(config(folders), "/a").holdToSource).toBe(true);
  expect(treatmentOf(config(`reconstruction: {holdToSource: false}\n${folders}`), "/a").holdToSource).toBe(false);
});

it("knows how each folder's frames are marked as done", () => {
  const { watch } = config(`watch:
  - {path: /a, output: /a-out}
  - {path: /b, output: /b-out, doneMarker: file}
  - {path: /c, output: /c-out, doneMarker: folder}
  - {path: /d, output: /d-out, doneMarker: folder, doneMarkerName: END}
`);
  expect(watch.map(doneMarkerOf)).toEqual([
    undefined,
    { kind: "file" },
    { kind: "folder", name: "done.txt" },
    { kind: "folder", name: "END" },
  ]);
});

it("takes no folder for a marker's name", () => {
  const reading = parseConfig("watch:\n  - {path: /a, output: /b, doneMarkerName: sub/done.txt}\n", "/");
  expect(reading).toMatchObject({ kind: "invalid", problems: [{ line: 2, key: "watch[0].doneMarkerName" }] });
});
