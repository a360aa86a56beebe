import { describe, expect, it } from "vitest";
import { explainStory } from "../../../src/app/explain/explain.js";
import type { FrameResult } from "../../../src/ledger/types.js";
import { frameCourse } from "../../../src/report/series-course.js";
import { defocusedResult, frameResult, named, openTestLedger, ROOT, settledSource, sha } from "../../ledger/support.js";
import { judge } from "../../report/support.js";

const path = `${ROOT}/a.tif`;

describe("explainStory", () => {
  it("tells the verdict of a frame whose story has left the ledger, and where the rest is", () => {
    const ledger = openTestLedger();
    judge(ledger, ROOT, "a.tif", 1000, true);
    expect(explainStory(path, ledger.story(path))).not.toMatch(/daily file/);
    ledger.archive([ledger.story(path)[0]!.id], "2026-08-01");
    const text = explainStory(path, ledger.story(path));
    expect(text).toMatch(/It is out of focus. A reconstruction was written\./);
    expect(text).toMatch(/P\(defocused\) +0\.9700/);
    expect(text).toMatch(/older story +events, attempts and details are in the daily file of 2026-08-01/);
  });

  it("tells by which optics a reconstruction was held to its source, or that the network alone made it", () => {
    const text = (scores: FrameResult["scores"]) => {
      const ledger = openTestLedger();
      ledger.settled(ROOT, settledSource(path), undefined);
      const facts = { ...frameResult().facts, na: 0.3, emissionNm: 550 };
      ledger.finished(ledger.takeReady(3e6, 1)[0]!.id, { ...defocusedResult("/out/a.tif"), facts, scores }, 3e6);
      return explainStory(path, ledger.story(path));
    };
    const evidence = { disagreement: 0.0123, unexplained: 0.456, strangeness: 2, defocusDof: 2.5 };
    const held = { heldDof: 2.5, heldAnnulus: 0.58, heldSpherical: -0.2, heldSampling: 0.33, heldUnexplained: 0.456 };
    const byBoth = text({ ...evidence, ...held });
    expect(byBoth).toMatch(/held to source +by optics 2\.5 DOF units \(15\.3 µm\) out of focus/);
    expect(byBoth).toMatch(/annulus at 0\.58 of the NA, spherical aberration -0\.2 waves/);
    expect(byBoth).toMatch(/45\.6 % of the source was left unexplained by the network alone/);
    // The same distance is not told twice.
    expect(byBoth).not.toMatch(/^ +defocus /m);
    const byNetwork = text(evidence);
    expect(byNetwork).toMatch(/held to source +no: it is by the network alone/);
    expect(byNetwork).toMatch(/45\.6 % of the source stays unexplained when it is put out of focus again/);
    expect(byNetwork).toMatch(/^ +defocus +about 2\.5 DOF units \(15\.3 µm\)/m);
  });

  it("tells of a frame that was put back", () => {
    const ledger = openTestLedger();
    ledger.seen(ROOT, path, 1);
    ledger.rejected(ROOT, path, { size: 0, mtimeMs: 1, ctimeMs: 1 }, "RF_ZERO_BYTES", "", 2);
    ledger.requeue([1], 3);
    const text = explainStory(path, ledger.story(path));
    expect(text).toMatch(/It was seen and is not complete yet\./);
    expect(text).toMatch(/requeued {2}from=quarantined to=seen failedAttempts=0/);
    expect(text).not.toMatch(/RF_ZERO_BYTES:/);
  });

  it("tells how a frame was acquired, and what follows from it", () => {
    const ledger = openTestLedger();
    for (const [time, acquiredMs, z] of [
      [1, 12_966.8, 8075.15],
      [2, 612_328.8, 8078.6],
    ] as const) {
      ledger.settled(ROOT, settledSource(`${ROOT}/t${time}.tif`), named("S", time));
      const [job] = ledger.takeReady(3e6, 1);
      const acquisition = { objective: "Plan Fluor 10x Ph1 DLL", magnification: 10, na: 0.3, exposureMs: 50 };
      const facts = {
        ...frameResult().facts,
        ...acquisition,
        pixelSizeUm: 0.87,
        acquiredMs,
        stageUm: { x: 1, y: 2, z },
      };
      ledger.finished(job!.id, frameResult({ facts }), 3e6);
    }
    const file = `${ROOT}/t2.tif`;
    const text = explainStory(file, ledger.story(file), undefined, (frame) => frameCourse(ledger, frame));
    expect(text).toMatch(/acquired +612\.3 s after the start/);
    expect(text).toMatch(/optics +Plan Fluor 10x Ph1 DLL, 10×, NA 0\.3, exposure 50 ms/);
    expect(text).toMatch(/depth of field +λ\/NA² = 6\.11 µm \(green light, 0\.55 µm; the file tells none\)/);
    expect(text).toMatch(/sampling +a pixel is 0\.47 λ\/NA, coarser than the 0\.25/);
    expect(text).toMatch(/stage +x 1 µm, y 2 µm, z 8078\.6 µm/);
    expect(text).toMatch(/since 1 +599\.4 s later, z \+3\.45 µm/);
    expect(text).toMatch(/intervals +599\.36 s on average \(599\.36 to 599\.36 s\) over 2 time points/);
    expect(text).toMatch(/focus drive +\+3\.45 µm from first to last, within 3\.45 µm/);
  });

  it("tells of a name that no pattern reads", () => {
    const ledger = openTestLedger();
    ledger.settled(ROOT, settledSource(path, { isNameUnread: true }), undefined);
    expect(explainStory(path, ledger.story(path))).toMatch(/series +none: its name tells no place in a time-lapse/);
  });

  it("tells why a verdict is what it is, by what the pixels were standardised, under which settings, and its link", () => {
    const ledger = openTestLedger();
    const machine = { node: "v20.19.0", platform: "linux x64", cpu: "a processor" };
    ledger.startRun({ version: "1", configSha256: sha("e"), host: "h", engine: null, machine });
    ledger.settled(ROOT, settledSource(path), undefined);
    const tile = { left: 0, top: 0, side: 134, contrast: 0.0431234, signalToNoise: 97.123456, isBlank: false };
    const tiles = [tile, { ...tile, contrast: 0.1 }, { ...tile, contrast: 0.2, isBlank: true }, tile];
    const normalisation = { offset: -5, scale: 2, largest: 65_535, channels: [{ mean: 1703.6312, sd: 250.07 }] };
    const settings = { reconstruct: "defocused", maxPixels: 64e6, threads: null, configSha256: sha("f") } as const;
    const result = frameResult({
      tiles,
      normalisation,
      settings,
      pSpectrum: 0.0321,
      distance: { dof: 2.1, low: 1.8, high: 2.4 },
    });
    ledger.finished(ledger.takeReady(3e6, 1)[0]!.id, result, 3e6);
    const text = explainStory(path, ledger.story(path));
    expect(text).toMatch(
      /why +mean of 4 tiles by the root of their contrast, 1 of which show nothing and do not count;/,
    );
    expect(text).toMatch(/most by row 1, column 2 \(10 % contrast, 97\.123 × noise\): 0\.20/);
    // (0.1·√0.0431 + 0.2·√0.1 + 0.1·√0.0431) / (√0.0431 + √0.1 + √0.0431); the third tile is blank
    expect(text).toMatch(/opinions +spectrum: P 0\.03, tiles: P 0\.14/);
    expect(text).toMatch(/from focus +about 2\.1 DOF units \(1\.8 to 2\.4\)/);
    expect(text).toMatch(/standardised +by mean 1703\.63, s\.d\. 250\.07 counts; a count is \(stored value \+ 5\) × 2/);
    expect(text).toMatch(
      /settings +reconstruct defocused, up to 64 megapixels, threads auto, configuration ffffffffffff/,
    );
    expect(text).toMatch(/machine +a processor, linux x64, Node v20\.19\.0/);
    expect(text).toMatch(new RegExp(`chain +link 2:${ledger.chainHead()?.sha256} \\(done\\)`));
    expect(ledger.frameStory(1)).toMatchObject({
      normalisation,
      settings,
      tiles: [{ contrast: 0.043123 }, {}, {}, {}],
    });
  });
});
