// What holds in general, and of which a watched folder may have its own.
import { z } from "zod";
import { key } from "./key.js";
import { probability } from "./values.js";

export const verdict = {
  focusedBelow: key(probability.default(0.35), {
    description: "A frame whose probability of being defocused is below this is focused.",
    unit: "probability, 0 to 1",
    reload: "live",
  }),
  defocusedAbove: key(probability.default(0.65), {
    description:
      "A frame whose probability of being defocused is above this is defocused; between the two it is uncertain.",
    unit: "probability, 0 to 1",
    reload: "live",
  }),
};

export const reconstruct = z.enum(["defocused", "always", "never"]);

export const settle = {
  quietSeconds: key(z.number().min(0).max(3600).default(1), {
    description: "How long a file must stay unchanged before it is taken as written.",
    unit: "seconds",
    reload: "live",
  }),
  staleSeconds: key(z.number().min(1).max(86_400).default(300), {
    description: "A file that is still incomplete after not changing for this long is set aside as incomplete.",
    unit: "seconds",
    reload: "live",
  }),
};

export const scan = {
  intervalSeconds: key(z.number().min(0.1).max(3600).default(1), {
    description: "How often the folder is listed for new files.",
    unit: "seconds",
    reload: "live",
  }),
  sweepSeconds: key(z.number().min(1).max(86_400).default(180), {
    description: "How often all files are looked at again, to find those that were overwritten.",
    unit: "seconds",
    reload: "live",
  }),
};
