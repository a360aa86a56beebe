import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { chooseFields } from "../../../src/app/adapt/choose-fields.js";
import { systemClock } from "../../../src/system/clock.js";
import { temporaryFolder } from "../../ledger/support.js";

function folderOf(names: readonly string[]): string {
  const folder = temporaryFolder();
  for (const name of names) writeFileSync(join(folder, name), "");
  return folder;
}
const FIVE = ["a.tif", "b.tif", "c.tif", "d.tif", "e.tif"];

test("five images are enough, fewer are not", async () => {
  const chosen = await chooseFields({ from: folderOf(FIVE), frames: 20 }, systemClock);
  expect(chosen.fields).toHaveLength(5);
  expect(chosen).toMatchObject({ classifier: "sdcnn", reconstructor: "resunet-guided" });
  await expect(chooseFields({ from: folderOf(FIVE.slice(1)), frames: 20 }, systemClock)).rejects.toThrow(
    /RF_TRAINING_DATA.*holds 4 images; 5/,
  );
});

test("all may be of one place", async () => {
  const from = folderOf(FIVE);
  writeFileSync(join(from, "positions.csv"), ["file,overlap_group", ...FIVE.map((name) => `${name},7`)].join("\n"));
  const { fields } = await chooseFields({ from, frames: 20 }, systemClock);
  expect(fields.map(({ group }) => group)).toEqual(["7", "7", "7", "7", "7"]);
});

test("networks are those that are asked for", async () => {
  const choice = { from: folderOf(FIVE), frames: 20, model: "mine", reconstructor: "ours" };
  expect(await chooseFields(choice, systemClock)).toMatchObject({ classifier: "mine", reconstructor: "ours" });
});
