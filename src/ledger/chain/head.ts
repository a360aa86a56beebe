import type { Store } from "../database.js";
import type { ChainHead, LinkKind } from "./link.js";

/** The link of one outcome. */
export interface LinkStory extends ChainHead {
  readonly kind: LinkKind;
  readonly atMs: number;
}

export interface ChainRepository {
  /** The newest link; undefined before the first outcome. */
  chainHead(): ChainHead | undefined;
  /** Each outcome of a frame, oldest first; one, unless it was set aside and put back. */
  linksOf(frameId: number): LinkStory[];
}

export function createChain({ db }: Store): ChainRepository {
  const head = db.prepare("SELECT seq, lower(hex(chain_sha256)) AS sha256 FROM chain ORDER BY seq DESC LIMIT 1");
  const links = db.prepare(
    "SELECT seq, lower(hex(chain_sha256)) AS sha256, kind, at_ms AS atMs FROM chain WHERE frame_id = ? ORDER BY seq",
  );
  return {
    chainHead: () => head.get() as ChainHead | undefined,
    linksOf: (frameId) => links.all(frameId) as LinkStory[],
  };
}
