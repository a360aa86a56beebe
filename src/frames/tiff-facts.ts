import { type DescriptionFacts, factsFromDescription } from "./description-facts.js";
import type { SourceFacts } from "./facts.js";
import { readNisMetadata } from "./nis-metadata.js";
import { readNisTags } from "./nis-tags.js";
import type { TiffPage } from "./tiff-structure.js";
import { TAG } from "./tiff-tags.js";
import { type TiffSource, tagReals, tagText, tagUint } from "./tiff-values.js";

/** OME-XML of a stack of 10,000 planes is some 4 MB. */
export const MAX_DESCRIPTION_BYTES = 1 << 23;
/** As much of the description as is kept in the facts. */
const KEPT_DESCRIPTION_CHARS = 4096;
/** Above this a resolution without other evidence is that of a printer or a screen (2400 dpi: 10.6 µm; 72 dpi: 353 µm). */
const MAX_MICROSCOPE_PIXEL_UM = 10;

/** The facts in a TIFF page, the `index`th of its file, beyond its pixel layout. NIS-Elements' own tags win over what the description says. */
export async function readTiffFacts(
  source: TiffSource,
  page: TiffPage,
  first: TiffPage,
  index: number,
): Promise<Omit<SourceFacts, "width" | "height" | "channels" | "bitDepth">> {
  const description =
    (await tagText(source, page, TAG.imageDescription, MAX_DESCRIPTION_BYTES)) ??
    (await tagText(source, first, TAG.imageDescription, MAX_DESCRIPTION_BYTES));
  const described = description ? await describedFacts(source, page, first, index, description) : {};
  const resolution = described.pixelSizeUm ?? (await pixelSizeFromResolution(source, page));
  const { stageUm: recorded, ...metadata } = await readNisMetadata(source, page, first);
  return {
    ...described,
    ...(resolution !== undefined && { pixelSizeUm: resolution }),
    ...metadata,
    ...(await readNisTags(source, page, first)),
    ...(recorded !== undefined && { stageUm: recorded }),
    ...(description && { description: description.slice(0, KEPT_DESCRIPTION_CHARS) }),
  };
}

async function describedFacts(
  source: TiffSource,
  page: TiffPage,
  first: TiffPage,
  index: number,
  description: string,
): Promise<DescriptionFacts> {
  const perUnit = (await tagReals(source, page, TAG.xResolution)) ?? (await tagReals(source, first, TAG.xResolution));
  return factsFromDescription(description, perUnit?.[0], index);
}

async function pixelSizeFromResolution(source: TiffSource, page: TiffPage): Promise<number | undefined> {
  const perUnit = (await tagReals(source, page, TAG.xResolution))?.[0];
  const unit = (await tagUint(source, page, TAG.resolutionUnit)) ?? 2;
  const unitUm = unit === 3 ? 10_000 : unit === 2 ? 25_400 : undefined;
  if (!perUnit || !unitUm) return undefined;
  const pixelSizeUm = unitUm / perUnit;
  return pixelSizeUm > 0 && pixelSizeUm < MAX_MICROSCOPE_PIXEL_UM ? pixelSizeUm : undefined;
}
