import type { Html } from "../../report/page/html.js";
import { FORWARD_MODELS } from "../../train/dataset/defocused-frame.js";
import { type Plane, quantile } from "../../train/plane.js";
import { calibration, rocCurve } from "../curves.js";
import type { EvaluatedFrame } from "../run-evaluation.js";
import { plot } from "./plots.js";

const SHARE = { from: 0, to: 1 };

/** P against |z|, ROC, calibration, SSIM against |z|. */
export function charts(frames: readonly EvaluatedFrame[]): Html[] {
  const all = frames.map(({ measured }) => measured);
  const each = <T>(f: (own: typeof all) => T) =>
    FORWARD_MODELS.map((model) => ({ name: model, value: f(all.filter((m) => m.model === model)) }));
  const z = { label: "|z| in DOF units", from: 0, to: 5 };
  const p = each((own) => own.flatMap((m) => (m.pDefocused === null ? [] : [{ x: Math.abs(m.dof), y: m.pDefocused }])));
  const roc = each((own) => rocCurve(tilesOf(own, true), tilesOf(own, false)));
  const bins = each((own) =>
    calibration(own.flatMap((m) => m.tiles.map((said) => ({ p: said, isSo: m.defocused })))).bins.map((b) => ({
      x: b.said,
      y: b.found,
    })),
  );
  const names = all[0]?.restored.map((one) => one.name) ?? [];
  const ssim = {
    label: "SSIM to the focused frame",
    from: Math.floor(10 * Math.min(0, ...all.flatMap((m) => [m.before.ssim, ...m.restored.map((r) => r.ssim)]))) / 10,
    to: 1,
  };
  return [
    plot(
      { title: "Verdict against defocus, one dot per frame", x: z, y: { label: "P(defocused)", ...SHARE } },
      p.map(({ name, value }) => ({ name, points: value, as: "dots" as const })),
    ),
    plot(
      {
        title: "ROC of tiles",
        x: { label: "focused tiles called defocused", ...SHARE },
        y: { label: "defocused tiles called so", ...SHARE },
        diagonal: true,
      },
      roc.map(({ name, value }) => ({ name, points: value, as: "line" as const })),
    ),
    plot(
      {
        title: "Calibration of tiles",
        x: { label: "P(defocused) said", ...SHARE },
        y: { label: "share that is defocused", ...SHARE },
        diagonal: true,
      },
      bins.map(({ name, value }) => ({ name, points: value, as: "dots" as const })),
    ),
    ...FORWARD_MODELS.map((model) => {
      const own = all.filter((m) => m.model === model);
      const series = [
        { name: "as taken", points: own.map((m) => ({ x: Math.abs(m.dof), y: m.before.ssim })), as: "dots" as const },
        ...names.map((name, k) => ({
          name,
          points: own.map((m) => ({ x: Math.abs(m.dof), y: m.restored[k]!.ssim })),
          as: "dots" as const,
        })),
      ];
      return plot({ title: `Reconstruction against defocus, ${model}`, x: z, y: ssim }, series);
    }),
  ];
}

/** Grey values along one line of a frame's richest part: the row in which the focused frame varies most. */
export function profile({ measured, detail }: EvaluatedFrame): Html {
  const row = liveliestRow(detail.focused);
  const lines = [
    { name: "in focus", plane: detail.focused },
    { name: "computed", plane: detail.before },
    ...measured.restored.map((one, k) => ({ name: one.name, plane: detail.after[k]! })),
  ].map(({ name, plane }) => ({ name, values: plane.data.subarray(row * plane.width, (row + 1) * plane.width) }));
  const every = Float32Array.from(lines.flatMap(({ values }) => [...values]));
  const title = `${measured.model}, z ${measured.dof.toFixed(2)} DOF units, ${measured.source}`;
  const y = { label: "counts", from: quantile(every, 0), to: Math.max(quantile(every, 0) + 1, quantile(every, 1)) };
  const series = lines.map(({ name, values }) => ({
    name,
    points: Array.from(values, (value, x) => ({ x, y: value })),
    as: "line" as const,
  }));
  return plot({ title, x: { label: "px", from: 0, to: detail.focused.width - 1 }, y }, series);
}

function tilesOf(some: readonly EvaluatedFrame["measured"][], defocused: boolean): number[] {
  return some.filter((m) => m.defocused === defocused).flatMap((m) => m.tiles);
}

function liveliestRow({ width, height, data }: Plane): number {
  let [best, most] = [0, -1];
  for (let y = 0; y < height; y++) {
    let sum = 0;
    for (let x = 1; x < width; x++) sum += Math.abs(data[y * width + x]! - data[y * width + x - 1]!);
    if (sum > most) [best, most] = [y, sum];
  }
  return best;
}
