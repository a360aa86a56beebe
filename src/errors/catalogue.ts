/** One way in which something can go wrong, told to an operator. */
export interface CatalogueEntry {
  /** What happened, in plain words. */
  readonly what: string;
  /** What to do about it. */
  readonly todo: string;
  /** Whether trying again later can help without anybody doing anything. */
  readonly retryable: boolean;
}

/** Every failure that refocusd can report. Codes are stable: scripts and people search for them. */
export const CATALOGUE = {
  RF_ZERO_BYTES: {
    what: "the file is empty",
    todo: "Check the export; the frame is judged by itself as soon as the file has content.",
    retryable: false,
  },
  RF_INCOMPLETE: {
    what: "the file stopped growing before it was complete",
    todo: "Export it again; a file that changes is looked at again by itself.",
    retryable: false,
  },
  RF_NOT_A_FILE: {
    what: "the name looks like a frame but it is not a regular file",
    todo: "Rename or remove the folder or special file.",
    retryable: false,
  },
  RF_UNREADABLE: {
    what: "the file cannot be opened for reading",
    todo: "Give the user that runs refocusd read permission, or close the program that locks the file.",
    retryable: true,
  },
  RF_UNSUPPORTED_TYPE: {
    what: "the file is of a type that refocusd does not read",
    todo: "Export TIFF (Apply LUTs off), PNG or JPEG; save an ND2 anew as version 3, uncompressed or lossless.",
    retryable: false,
  },
  RF_UNSUPPORTED_PIXELS: {
    what: "the pixel layout is not one that refocusd reads exactly",
    todo: "Export mono or RGB: integers of up to 32 bits or floats, uncompressed, LZW, Deflate, PackBits or JPEG.",
    retryable: false,
  },
  RF_DECODE_FAILED: {
    what: "the image data cannot be decoded",
    todo: "Open the file in another program; if it is damaged, export it again.",
    retryable: false,
  },
  RF_FRAME_TOO_SMALL: {
    what: "the frame is too small to be judged",
    todo: "Nothing, if this is a thumbnail; else export at full size.",
    retryable: false,
  },
  RF_FRAME_TOO_LARGE: {
    what: "the frame has more pixels than the configured limit",
    todo: "Raise limits.maxMegapixels if the machine has the memory.",
    retryable: false,
  },
  RF_SOURCE_CHANGED: {
    what: "the file changed after it was settled",
    todo: "Nothing: the new content is settled and judged by itself.",
    retryable: true,
  },
  RF_SOURCE_GONE: {
    what: "the file was removed before it was judged",
    todo: "Put it back if it is needed; it is then judged by itself.",
    retryable: false,
  },
  RF_WORKER_DIED: {
    what: "the worker process ended while it worked on this frame",
    todo: "See the log around this time; the frame may be malformed or memory short.",
    retryable: true,
  },
  RF_WORKER_TIMEOUT: {
    what: "the frame took longer than its time limit",
    todo: "Raise limits.frameSeconds, or see whether the machine is overloaded; then refocusd requeue --failed.",
    retryable: true,
  },
  RF_OUTPUT_UNWRITABLE: {
    what: "the output folder cannot be written",
    todo: "Check that it exists and that the user that runs refocusd may write there; work then goes on by itself, and refocusd requeue --failed puts back what was set aside.",
    retryable: true,
  },
  RF_DISK_FULL: {
    what: "there is no space left on the disk",
    todo: "Free some space; work goes on by itself.",
    retryable: true,
  },
  RF_DISK_LOW: {
    what: "there is too little space left for reconstructions",
    todo: "Free some space, or lower disk.minFreeGigabytes; refocusd run then goes on by itself, refocusd process when it is called again.",
    retryable: true,
  },
  RF_SERIES_FOREIGN: {
    what: "the folder of a series holds something else",
    todo: "Choose another series.folder, or move what is there; refocusd touches nothing that it did not make.",
    retryable: true,
  },
  RF_SERIES_OVERDUE: {
    what: "the next time point of a series has not come",
    todo: "Look whether the microscope still takes and exports frames. If the time-lapse has ended, there is nothing to do; series.overdueFactor sets how long is waited.",
    retryable: true,
  },
  RF_ENGINE_MISSING: {
    what: "the engine is not installed",
    todo: "Run scripts/setup-tensorflow for the tensorflow engine, or npm ci for onnx.",
    retryable: false,
  },
  RF_ENGINE_FAILED: {
    what: "the network could not be executed",
    todo: "Run refocusd check, which tests the engine by itself.",
    retryable: true,
  },
  RF_MODEL_MISSING: {
    what: "there is no such model",
    todo: "Check models.directory and the model's name in the configuration.",
    retryable: false,
  },
  RF_MODEL_INVALID: {
    what: "the model's files do not fit each other",
    todo: "Restore the model's folder from where it came from.",
    retryable: false,
  },
  RF_MODEL_REPLACED: {
    what: "the model with which the frame was worked on is not in the folder of models any more",
    todo: "Name the folder that has it with --models: a model is kept by copying its folder away before another takes its name.",
    retryable: false,
  },
  RF_NOT_JUDGED: {
    what: "there is no judged frame of this file",
    todo: "See refocusd explain for what became of it.",
    retryable: false,
  },
  RF_CONFIG_INVALID: {
    what: "the configuration is not valid",
    todo: "Correct the line that is named.",
    retryable: false,
  },
  RF_CONFIG_UNREADABLE: {
    what: "the configuration file cannot be read",
    todo: "Check the path and its permissions.",
    retryable: false,
  },
  RF_USAGE: {
    what: "the command was not understood",
    todo: "See refocusd --help.",
    retryable: false,
  },
  RF_LEDGER_MISSING: {
    what: "there is no ledger that this version could read",
    todo: "Start refocusd once with this configuration, or check that state names the right folder.",
    retryable: false,
  },
  RF_LEDGER_NEWER: {
    what: "the ledger was written by a newer refocusd",
    todo: "Install that version or a later one.",
    retryable: false,
  },
  RF_LEDGER_ON_NETWORK: {
    what: "the ledger would lie on a network share, where SQLite cannot lock safely",
    todo: "Put the state folder on a local disk.",
    retryable: false,
  },
  RF_LEDGER_CORRUPT: {
    what: "the ledger is damaged",
    todo: "Stop refocusd and run refocusd ledger restore with the newest sound backup; the damaged ledger is kept beside it.",
    retryable: false,
  },
  RF_LEDGER_ARCHIVED: {
    what: "the rows of that day have left the ledger",
    todo: "Use the daily file of that day, which was checked to hold them before they left.",
    retryable: false,
  },
  RF_STATE_UNWRITABLE: {
    what: "the state folder or the log folder cannot be written",
    todo: "Check that it exists and that the user that runs refocusd may write there.",
    retryable: false,
  },
  RF_ALREADY_RUNNING: {
    what: "another refocusd uses this state folder",
    todo: "Stop it first, or give this one a state folder of its own.",
    retryable: false,
  },
  RF_ROOT_MISSING: {
    what: "the watched folder is not there",
    todo: "Mount or create it; watching goes on by itself.",
    retryable: true,
  },
  RF_NOT_ROOT: {
    what: "installing or removing a service takes the rights of root",
    todo: "Run it with sudo; with --dry-run or --root it needs no rights.",
    retryable: false,
  },
  RF_NO_SYSTEMD: {
    what: "this system is not run by systemd",
    todo: "Let its own service manager start refocusd run, or install into a folder with --root.",
    retryable: false,
  },
  RF_NOT_BUILT: {
    what: "refocusd is not built",
    todo: "Run npm ci and npm run build in its folder.",
    retryable: false,
  },
  RF_SERVICE_STEP: {
    what: "a step of installing or removing the service failed",
    todo: "Put right what is named and run the same again; what is done already is left as it is.",
    retryable: false,
  },
  RF_TRAINING_DATA: {
    what: "the training data cannot be used",
    todo: "Give a folder of focused frames, at least two fields of 300 pixels or more.",
    retryable: false,
  },
  RF_ADAPT_ENDED: {
    what: "the process that adapts the classifier ended before it was done",
    todo: "See what it said and the log around this time; memory may be short, or the machine too busy. It is tried again at its next time.",
    retryable: true,
  },
  RF_INTERNAL: {
    what: "something that should not happen",
    todo: "Report it with the log around this time.",
    retryable: true,
  },
} as const satisfies Record<`RF_${string}`, CatalogueEntry>;

export type ErrorCode = keyof typeof CATALOGUE;
