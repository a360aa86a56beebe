import type { LoadedNetwork } from "../../engines/engine.js";
import { asRefocusdError, RefocusdError } from "../../errors/refocusd-error.js";
import type { Classifier } from "../../focus/classifier.js";
import { focusCovariates } from "../../focus/covariates.js";
import { type Judgement, judgeFrame } from "../../focus/judge-frame.js";
import { nisTagsToCarry } from "../../frames/carry-tags.js";
import { countsOf } from "../../frames/counts.js";
import { decodeFrame } from "../../frames/decode.js";
import { pixelSampling, wavelengthUm } from "../../frames/depth-of-field.js";
import { type HeldFor, heldDetail } from "../../ledger/held-for.js";
import type { CompanionResult, EngineRef, FrameFacts, FrameResult, ModelRef } from "../../ledger/types.js";
import type { ModelSpectrum } from "../../models/card.js";
import type { HeldBy } from "../../restore/consistency/hold-to-source.js";
import type { Reconstructor } from "../../restore/reconstructor.js";
import { restoreFrame } from "../../restore/restore-frame.js";
import { evidenceFor, type Trust, type TrustCalibration, trustFrom } from "../../restore/trust/estimate-trust.js";
import type { Clock } from "../../system/clock.js";
import type { WorkerJob } from "../messages.js";
import type { ReadNd2Page } from "./nd2-source.js";
import type { publish } from "./publish.js";
import type { ReadSource } from "./read-source.js";
import { wantsExtract, writeExtract } from "./write-extract.js";
import { type Mapped, wantsMaps, writeMaps } from "./write-maps.js";
import { writeReconstruction } from "./write-reconstruction.js";

/** A network and what it is. */
export interface NamedNetwork extends ModelRef, Omit<Classifier, "network"> {
  readonly network: LoadedNetwork & Reconstructor;
  /** Of a reconstructor whose trust can be told. */
  readonly trust?: TrustCalibration | undefined;
}

export interface FrameTools {
  readonly clock: Clock;
  readonly version: string;
  readonly engine: EngineRef;
  /** That a network computes with; null: as many as the engine takes by itself. */
  readonly threads: number | null;
  readonly classifier: NamedNetwork;
  readonly reconstructor: NamedNetwork;
  readonly readSource: ReadSource;
  readonly readNd2Page: ReadNd2Page;
  readonly publish: typeof publish;
  /** For what somebody should know though the frame is done. */
  readonly note: (text: string) => void;
}

/**
 * The way of one frame through a worker: read, decode, judge, and if need be reconstruct and publish.
 * @throws the code of the hold for a frame that needs reconstruction while that is on hold; and whatever reading, decoding and writing
 * throw, with the verdict in the detail once there is one
 */
export async function processFrame(job: WorkerJob, tools: FrameTools): Promise<FrameResult> {
  const timings: Record<string, number> = {};
  const timed = async <T>(step: string, work: () => T | Promise<T>): Promise<T> => {
    const started = tools.clock.monotonic();
    const value = await work();
    timings[step] = Math.round((tools.clock.monotonic() - started) * 10) / 10;
    return value;
  };

  const { type, page } = job;
  const bytes =
    type === "nd2" ? undefined : await timed("read", () => tools.readSource(job.path, job.sha256, job.pages));
  const { frame, facts } = await timed("decode", () =>
    bytes === undefined ? tools.readNd2Page(job) : decodeFrame(bytes, type, page, { maxPixels: job.maxPixels }),
  );
  const counted = countsOf(frame, facts.significantBits);
  const classifier = { ...tools.classifier, spectrum: spectrumFor(job, tools.classifier.spectrum) };
  const sampling = samplingOf(facts);
  const judgement = await timed("judge", () => judgeFrame(counted.frame, classifier, job.thresholds, sampling));
  const withVerdict = (heldFor: HeldFor, why: string) =>
    heldDetail(judgement.verdict, judgement.pDefocused, heldFor, why);
  const wanted = isWanted(judgement, job.reconstruct);
  const isExtracted = wantsExtract(job, judgement.verdict, wanted);
  if ((wanted || isExtracted) && job.hold !== undefined)
    throw new RefocusdError(job.hold.code, withVerdict(wanted ? "reconstruction" : "extract", job.hold.why));
  const covariates = await timed("covariates", () => focusCovariates(counted.frame));

  let reconstruction: FrameResult["reconstruction"] = null;
  let trust: Trust | undefined;
  let heldBy: HeldBy | null = null;
  let made: Mapped["made"] = null;
  const companions: CompanionResult[] = [];
  const tags = () => (bytes !== undefined && type === "tiff" ? nisTagsToCarry(bytes, page) : []);
  const verdictIfRefused = (heldFor: HeldFor) => (error: unknown) => {
    const { code, detail } = asRefocusdError(error);
    throw new RefocusdError(code, withVerdict(heldFor, detail), { cause: error });
  };
  const identity = {
    version: tools.version,
    model: tools.reconstructor,
    classifier: tools.classifier,
    source: job.path,
    page: job.page,
    sourceSha256: job.sha256,
    pDefocused: judgement.pDefocused,
  };
  if (wanted) {
    const { network, trust: calibration } = tools.reconstructor;
    const { frame, largest } = counted;
    const options = { largest, sampling, ...(job.holdToSource && { distance: judgement.distance }) };
    const restored = await timed("reconstruct", () => restoreFrame(frame, network, options));
    heldBy = restored.heldBy;
    if (calibration !== undefined) {
      const isLocal = job.writing.trustMap === true;
      const evidence = await timed("trust", () => evidenceFor(frame, restored, network, { ...options, isLocal }));
      trust = evidence && trustFrom(evidence, calibration);
    }
    made = { restored: restored.frame, trust };
    reconstruction = await timed("publish", async () => {
      const provenance = { ...identity, heldBy, trust: trust?.trust ?? null, lowTrustBelow: job.lowTrustBelow };
      const output = {
        path: job.output,
        frame: counted.toStored(restored.frame),
        facts,
        extraTags: await tags(),
        provenance,
      };
      const written = await writeReconstruction(output, job.writing, tools).catch(verdictIfRefused("reconstruction"));
      return { path: job.output, trust: trust?.trust ?? null, ...written };
    });
  }

  if (isExtracted) {
    const extract = async () => ({ job, frame, facts, extraTags: await tags(), provenance: identity });
    const write = async () => writeExtract(await extract(), tools).catch(verdictIfRefused("extract"));
    companions.push(await timed("extract", write));
  }
  if (wantsMaps(job.writing, made)) {
    const mapped = { job, frame: counted.frame, judgement, made, provenance: identity };
    companions.push(...(await timed("maps", () => writeMaps(mapped, tools))));
  }

  return {
    verdict: judgement.verdict,
    pDefocused: judgement.pDefocused,
    pSpectrum: judgement.spectrum?.pDefocused ?? null,
    distance: judgement.distance,
    focusMap: judgement.focusMap,
    tiles: judgement.tiles,
    normalisation: {
      ...{ offset: counted.offset, scale: counted.scale, largest: counted.largest },
      channels: judgement.channels,
    },
    settings: {
      ...{
        reconstruct: job.reconstruct,
        holdToSource: job.holdToSource,
        lowTrustBelow: job.lowTrustBelow,
        maxPixels: job.maxPixels,
        writing: job.writing,
        threads: tools.threads,
      },
      configSha256: job.configSha256 ?? null,
    },
    facts,
    thresholds: job.thresholds,
    scores: { ...covariates, blankTiles: judgement.blankTiles, ...heldScores(heldBy), ...(trust && scoresOf(trust)) },
    timings,
    classifier: reference(tools.classifier),
    reconstructor: reconstruction === null ? null : reference(tools.reconstructor),
    engine: tools.engine,
    reconstruction,
    ...(companions.length > 0 && { companions }),
  };
}

function isWanted({ verdict }: Judgement, reconstruct: WorkerJob["reconstruct"]): boolean {
  switch (reconstruct) {
    case "never":
      return false;
    case "defocused":
      return verdict === "defocused";
    case "always":
      // There is nothing to bring into focus in an empty frame, only noise to make something of.
      return verdict !== "blank";
  }
}

/** What of the card's section is asked. */
function spectrumFor(
  { withoutSpectrum, withoutDistance }: WorkerJob,
  spectrum: ModelSpectrum | undefined,
): ModelSpectrum | undefined {
  if (withoutSpectrum || spectrum === undefined) return undefined;
  if (!withoutDistance) return spectrum;
  const { distance: _, ...opinion } = spectrum;
  return opinion;
}

function samplingOf({ pixelSizeUm, na, emissionNm }: FrameFacts): number | undefined {
  if (pixelSizeUm === undefined || na === undefined) return undefined;
  return pixelSampling(pixelSizeUm, na, wavelengthUm(emissionNm));
}

function scoresOf({ defocusDof, disagreement, unexplained, strangeness }: Trust) {
  return { defocusDof, disagreement, unexplained, strangeness };
}

/** By which optics a reconstruction was held to its source. */
function heldScores(heldBy: HeldBy | null) {
  if (heldBy === null) return {};
  const { dof, annulusRadius, sphericalWaves, sampling, unexplained } = heldBy;
  return {
    ...{ heldDof: dof, heldAnnulus: annulusRadius, heldSpherical: sphericalWaves, heldSampling: sampling },
    heldUnexplained: unexplained,
  };
}

function reference({ name, version, sha256 }: NamedNetwork): ModelRef {
  return { name, version, sha256 };
}
