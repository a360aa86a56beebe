import type { ImageType } from "../../frames/image-type.js";
import type { PagePlace } from "../../frames/page-place.js";

/** What a file's own structure says about whether it has been written to its end. */
export type ContainerCheck =
  /** Every byte that the file promises is there. `pages` is the number of frames in it; `places` where the file itself tells them. */
  | {
      readonly kind: "complete";
      readonly type: ImageType;
      readonly pages: number;
      readonly places?: readonly PagePlace[];
    }
  /**
   * More may come. `suspicious: "zero-tail"`: everything is in place, but the end of the data is all zeros in a layout
   * where pre-allocated space that is still to be written looks the same; settle it if it stays like this for longer.
   * `type` and `pages` are then what it would be complete as.
   */
  | {
      readonly kind: "incomplete";
      readonly why: string;
      readonly suspicious?: undefined;
      /** Written over hours, with pauses as long as those between two time points. */
      readonly recording?: true;
    }
  | {
      readonly kind: "incomplete";
      readonly why: string;
      readonly suspicious: "zero-tail";
      readonly type: ImageType;
      readonly pages: number;
    }
  /** Not a file that refocusd reads, however long one waits. `what` is a sentence for a person. */
  | { readonly kind: "unsupported"; readonly what: string }
  /** Contradicts itself in a way that no further writing at its end can mend. */
  | { readonly kind: "damaged"; readonly why: string };
