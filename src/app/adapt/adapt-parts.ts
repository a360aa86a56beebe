import { basename } from "node:path";
import { SETUP_TENSORFLOW } from "../../engines/tensorflow-binding.js";
import { RefocusdError } from "../../errors/refocusd-error.js";
import { MODEL_KINDS, type ModelKind } from "../../models/card.js";
import { findModel } from "../../models/registry.js";
import { systemFileSystem } from "../../system/file-system.js";
import type { Field } from "../../train/dataset/fields.js";
import type { Chosen } from "./choose-fields.js";
import { freeName } from "./free-name.js";

/** Which networks are adapted. */
export interface Parts {
  readonly kinds: readonly ModelKind[];
  /** For people: why one is left out that was not asked to be; empty otherwise. */
  readonly left: string;
}

/**
 * @param only as it was asked for; left out: both, where TensorFlow is there
 * @param name that was asked for
 * @throws RF_USAGE, RF_ENGINE_MISSING when the reconstructor was asked for and cannot be trained
 */
export function partsOf(only: string | undefined, name: string | undefined, hasTensorflow: boolean): Parts {
  if (only === undefined) {
    if (!hasTensorflow) return { kinds: ["classifier"], left: LEFT };
    if (name !== undefined)
      throw new RefocusdError(
        "RF_USAGE",
        `--name ${name} names one network, and both are adapted: say which by --only`,
      );
    return { kinds: MODEL_KINDS, left: "" };
  }
  const kind = MODEL_KINDS.find((one) => one === only);
  if (kind === undefined)
    throw new RefocusdError("RF_USAGE", `--only ${only}: there is the ${MODEL_KINDS.join(" and the ")}`);
  if (kind === "reconstructor" && !hasTensorflow)
    throw new RefocusdError(
      "RF_ENGINE_MISSING",
      `fitting the reconstructor is training: run ${SETUP_TENSORFLOW} first`,
    );
  return { kinds: [kind], left: "" };
}

const LEFT = `The reconstructor was left as it is: fitting it is training, which needs TensorFlow. Run ${SETUP_TENSORFLOW}, then refocusd adapt --only reconstructor\n`;

/** The name that an adapted model gets. @throws RF_USAGE when it is taken */
export function adaptedName(
  { models }: Pick<Chosen, "models">,
  base: string,
  wanted: string | undefined,
  nowMs: number,
): string {
  const date = new Date(nowMs).toISOString().slice(0, 10).replaceAll("-", "");
  return freeName(models, wanted, `${base}-lab-${date}`);
}

/**
 * Looks, before minutes of work, whether the networks to start from are there and the new names are free.
 * @throws RF_USAGE, RF_MODEL_MISSING, RF_MODEL_INVALID
 */
export async function lookAhead(
  { kinds }: Parts,
  chosen: Chosen,
  name: string | undefined,
  nowMs: number,
): Promise<void> {
  for (const kind of kinds) {
    adaptedName(chosen, chosen[kind], name, nowMs);
    await findModel(chosen.models, chosen[kind], kind);
  }
}

/** For a card: frames by their hashes. */
export function hashedFrames(fields: readonly Field[]): Promise<{ file: string; sha256: string }[]> {
  return Promise.all(
    fields.map(async ({ path }) => ({ file: basename(path), sha256: await systemFileSystem.hash(path) })),
  );
}

export const ONE_PLACE =
  "All frames show one place (overlap_group), so the figures come from files of the place that was learnt from: on other places it may do less well.\n";
