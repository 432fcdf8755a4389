import { embedding } from "../../kernels/embedding/embedding.ts";
import { type Gpu, reshape, size, type Tensor } from "../../kernels/gpu/mod.ts";
import { lengths } from "../../kernels/lengths.ts";
import type { DecoderState } from "../decoder.ts";

type BlockState = DecoderState["blocks"][number];

/**
 * A decoder's state for other sequences: sequence i goes on from what sequence index[i] has heard and said. The tensors are
 * new; those of `state` may be released.
 */
export function expandState(gpu: Gpu, state: DecoderState, index: readonly number[]): DecoderState {
  using scope = gpu.scope();
  const device = gpu.upload(Uint32Array.from(index));
  const pick = (tensor: Tensor): Tensor => scope.keep(gather(gpu, tensor, device));
  const pickLengths = (host: readonly number[], longest: number) => {
    const own = lengths(gpu, index.map((b) => host[b]), longest, "state");
    scope.keep(own.device);
    return own;
  };
  const mixer = (own: BlockState["mixer"]): BlockState["mixer"] =>
    "ssm" in own
      ? { convolution: pick(own.convolution), ssm: pick(own.ssm) }
      : { rows: pick(own.rows), start: pickLengths(own.start.host, own.rows.shape[1]) };
  const cross = (own: BlockState["cross"]): BlockState["cross"] => {
    if (own === undefined) return undefined;
    if ("ssm" in own) return { convolution: pick(own.convolution), ssm: pick(own.ssm) };
    return { keyValue: pick(own.keyValue), lengths: pickLengths(own.lengths.host, own.keyValue.shape[1]) };
  };
  const blocks = state.blocks.map((block) => ({ mixer: mixer(block.mixer), cross: cross(block.cross) }));
  return { ...state, blocks };
}

/**
 * The same in place, u32 index [B] on the device, among sequences that heard the same memory: what they said is moved, and
 * attended memories, which are alike, stay.
 */
export function reorderState(gpu: Gpu, { blocks }: DecoderState, index: Tensor): void {
  const move = (tensor: Tensor): void => {
    using _scope = gpu.scope();
    gpu.copy(gather(gpu, tensor, index), 0, tensor, 0, size(tensor));
  };
  for (const { mixer, cross } of blocks) {
    for (const own of [mixer, cross]) {
      if (own === undefined || "keyValue" in own) continue;
      if ("rows" in own) move(own.rows);
      else {
        move(own.convolution);
        move(own.ssm);
      }
    }
  }
}

/** x [B, …], u32 index [R] → [R, …]. */
function gather(gpu: Gpu, x: Tensor, index: Tensor): Tensor {
  const [batch, ...rest] = x.shape;
  const rows = embedding(gpu, reshape(x, [batch, size(x) / batch]), index);
  return reshape(rows, [index.shape[0], ...rest]);
}
