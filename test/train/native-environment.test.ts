import { expect, test } from "vitest";
import { nativeEnvironment } from "../../src/train/native-environment.js";

test("libtensorflow keeps its memory, and oneDNN is on where it helps", () => {
  const reconstructor = nativeEnvironment("reconstructor", undefined, { PATH: "/bin" });
  expect(reconstructor).toMatchObject({
    PATH: "/bin",
    TF_ENABLE_ONEDNN_OPTS: "1",
    MALLOC_TRIM_THRESHOLD_: "8000000000",
  });
  expect(reconstructor).not.toHaveProperty("TF_NUM_INTRAOP_THREADS");
  expect(nativeEnvironment("classifier", 2, {})).toMatchObject({
    TF_ENABLE_ONEDNN_OPTS: "0",
    TF_NUM_INTRAOP_THREADS: "2",
    OMP_NUM_THREADS: "2",
  });
});

test("what the user has set stays", () => {
  expect(nativeEnvironment("classifier", 4, { TF_ENABLE_ONEDNN_OPTS: "1", OMP_NUM_THREADS: "1" })).toMatchObject({
    TF_ENABLE_ONEDNN_OPTS: "1",
    OMP_NUM_THREADS: "1",
    TF_NUM_INTRAOP_THREADS: "4",
  });
});
