/**
 * The TensorFlow.js namespace, as a value that is passed around: whoever starts a training decides which backend it is
 * (libtensorflow, or plain JavaScript in tests), and nothing here loads one.
 */
export type Tf = typeof import("@tensorflow/tfjs");
