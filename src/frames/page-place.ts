/**
 * Where one page of a file stands in the experiment, as the file itself says. Numbers count from 1, as in NIS-Elements' file names; an
 * axis that the experiment does not have is absent.
 */
export interface PagePlace {
  /** Number of the stage position, padded so that positions sort as texts. */
  readonly position?: string;
  readonly time?: number;
  readonly z?: number;
  /** The channel's name; its number where names are missing or not distinct. */
  readonly channel?: string;
}
