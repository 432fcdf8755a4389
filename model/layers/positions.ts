import { addPositions, type PositionTables } from "../../kernels/elementwise/positions.ts";
import type { Gpu, Tensor } from "../../kernels/gpu/mod.ts";

/**
 * √d · x + Whisper's sinusoids of positions from `start` on: without the factor they would drown frames and embeddings
 * (Vaswani et al. 2017, section 3.4). x [B, T, d] → [B, T, d].
 */
export function positioned(gpu: Gpu, x: Tensor, start: number, tables: PositionTables | undefined): Tensor {
  return addPositions(gpu, x, start, tables, Math.sqrt(x.shape[2]));
}
