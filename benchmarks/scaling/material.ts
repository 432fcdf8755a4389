import type { PreparedAudio } from "./audio.ts";
import type { Material } from "./measure.ts";
import type { Options } from "./options.ts";
import type { PointRequest } from "./protocol.ts";
import { warmupsOf } from "./schedule.ts";
import type { PointRecord } from "./store.ts";
import type { PreparedWeights } from "./weights.ts";

/** The scaling benchmark's material: audio of each length, and the weights of the engines that have any. */
export function scalingMaterial(
  { preset, gpu, seed, warmups, repeats, forcedTokens }: Options,
  audio: ReadonlyMap<number, PreparedAudio>,
  weights: PreparedWeights,
): Material<PointRecord> {
  return {
    missing: weights.missing,
    request: ({ engine, minutes, batch }, budgetSeconds): PointRequest => ({
      engine,
      preset,
      batch,
      audio: audio.get(minutes)!.path,
      gpu,
      weights: weights.trained.get(engine) ?? null,
      seed,
      warmups: warmupsOf(engine, warmups),
      repeats,
      forcedTokens,
      budgetSeconds,
    }),
    record: ({ row, ready, done }) => {
      const { sha256, manifestSha256, text } = audio.get(row.minutes)!;
      return { row, audioSha256: sha256, manifestSha256, reference: text, ready, done };
    },
  };
}
