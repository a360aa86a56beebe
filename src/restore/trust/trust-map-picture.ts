import type { Frame } from "../../frames/frame.js";
import { backdrop } from "../../frames/picture/backdrop.js";
import { type Canvas, type Colour, drawText, fillBox, outline } from "../../frames/picture/canvas.js";
import { colourOf, inDecades } from "../../frames/picture/colour-scale.js";
import { boxOf, type Share, shares } from "../../frames/picture/shares.js";
import { sheet } from "../../frames/picture/sheet.js";
import type { Trust } from "./estimate-trust.js";
import type { LocalEvidence } from "./local-evidence.js";

/** Of each map along the frame's longer side, px. */
const SIDE = 440;
const TINT = 0.5;
const WHITE: Colour = [255, 255, 255];
const BLACK: Colour = [0, 0, 0];
/** Ends of both scales. */
const [LOW, HIGH] = [0.01, 1] as const;
const TICKS = [0.01, 0.03, 0.1, 0.3, 1].map((value) => ({ at: inDecades(value, LOW, HIGH), label: String(value) }));
const ENDS = ["little: good", "much: bad"] as const;

/**
 * Where a reconstruction can be believed less: the two of trust's three terms that have a place, over dimmed views of the reconstruction.
 * It is no map of the trust figure, whose line was fitted on whole frames.
 * @param restored counts, larger is brighter
 */
export function trustMapPicture(
  restored: Frame,
  name: string,
  trust: Pick<Trust, "trust" | "disagreement" | "unexplained" | "strangeness" | "defocusDof" | "isHeld">,
  { disagreement, unexplained }: LocalEvidence,
): Canvas {
  const { canvas, scale } = backdrop(restored, SIDE);
  const [agreement, rest] = [canvas, { ...canvas, rgb: canvas.rgb.slice() }];
  const { rows, columns, side: block } = disagreement;
  const [blocksAcross, blocksDown] = [columns, rows].map((count) =>
    shares(
      Array.from({ length: count }, (_, k) => k * block),
      block,
    ),
  ) as [Share[], Share[]];
  disagreement.values.forEach((value, k) => {
    const box = boxOf(blocksAcross[k % columns]!, blocksDown[Math.floor(k / columns)]!, scale);
    fillBox(agreement, box, colourOf(inDecades(value, LOW, HIGH)), TINT);
  });
  const starts = (of: "left" | "top") => [...new Set(unexplained.pieces.map((piece) => piece[of]))];
  const [lefts, tops] = [starts("left"), starts("top")];
  const [across, down] = [shares(lefts, unexplained.side), shares(tops, unexplained.side)];
  for (const { left, top, share } of unexplained.pieces) {
    const box = boxOf(across[lefts.indexOf(left)]!, down[tops.indexOf(top)]!, scale);
    fillBox(rest, box, colourOf(inDecades(share, LOW, HIGH)), TINT);
    outline(rest, box, WHITE, 0.4);
    drawText(rest, share.toFixed(2), { left: box.left + 5, top: box.top + 5, size: 2 }, WHITE, BLACK);
  }
  return sheet(
    [`Trust of the whole frame: ${trust.trust.toFixed(2)} (no map of it: two of its terms, by place)`, name],
    [
      {
        lines: [
          `Disagreement with the frame turned round; in all ${trust.disagreement.toFixed(3)}`,
          "squared difference over the variance of the frame",
        ],
        ...{ map: agreement, ticks: TICKS, ends: ENDS },
      },
      {
        lines: [
          `${trust.isHeld ? "Unexplained by the network alone" : "Unexplained of the source"}, at ${trust.defocusDof} DOF units; in all ${trust.unexplained.toFixed(3)}`,
          "power left over, over the mean power of a square",
        ],
        ...{ map: rest, ticks: TICKS, ends: ENDS },
      },
    ],
  );
}
