/**
 * Frames that an utterance needs for these labels: one a label, and a blank between any two alike (Graves et al. 2006).
 * With fewer no alignment exists, and `ctcLoss` counts the utterance as impossible.
 */
export function ctcMinimumFrames(labels: ArrayLike<number>): number {
  let frames = labels.length;
  for (let i = 1; i < labels.length; i++) if (labels[i] === labels[i - 1]) frames++;
  return frames;
}
