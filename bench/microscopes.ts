/** Plan Fluor 10× NA 0.30 at 0.8708 µm; the airway frames' objective is told as 20×, its NA is taken to be 0.45; microtissue's is not told. */
export const T98G = { na: 0.3, pixelUm: 0.8708 };
export const AIRWAY = { na: 0.45, pixelUm: 0.313 };
export const MICROTISSUE = { na: 0.3, pixelUm: 0.65 };
