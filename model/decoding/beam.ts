import type { Gpu, Tensor } from "../../kernels/gpu/mod.ts";
import type { Lengths } from "../../kernels/lengths.ts";
import { logSoftmax } from "../../kernels/softmax/softmax.ts";
import { type DecoderState, decodeStep } from "../decoder.ts";
import type { Model } from "../model.ts";
import { END, START } from "../tokenizer.ts";
import { expandState, reorderState } from "./decoder_state.ts";
import type { Fusion } from "./fusion.ts";
import type { Hypothesis } from "./greedy.ts";
import { hearMemory, startDecoder } from "./greedy_tokens.ts";
import { type CtcPart, type Search, startSearch, stepSearch, type Survivor } from "./search.ts";

/** How a beam search of the decoder runs. */
export interface BeamOptions {
  /** Hypotheses of each sequence. */
  readonly width: number;
  /** Scores are divided by (number of tokens)^lengthPenalty, END counted. Default 0. */
  readonly lengthPenalty?: number | undefined;
  /** Most tokens of each sequence; one that has them ends there without END. */
  readonly limits: readonly number[];
  readonly fusion?: Fusion | undefined;
  /** Of each sequence: its CTC scores, for joint decoding. */
  readonly ctc?: readonly CtcPart[] | undefined;
}

/**
 * Beam search with the decoder. memory [B, T, d] → up to `width` hypotheses of each sequence, best first. The hypotheses of
 * all sequences are one batch of B · width: a step is one decoder step of that batch, one readback of [B · width, V]
 * (11 ms on Deno's WebGPU), and one gather of the decoder's state where hypotheses changed places. A transformer's
 * attended memory is held `width` times.
 */
export async function beamSearch(
  gpu: Gpu,
  model: Model,
  memory: Tensor,
  lengths: Lengths,
  options: BeamOptions,
): Promise<Hypothesis[][]> {
  const { width, limits } = options;
  const most = Math.max(...limits);
  const V = model.config.vocabulary.length;
  using _scope = gpu.scope();
  const state = startBeams(gpu, model, memory, lengths, width, most);
  const searches = limits.map((limit, b) =>
    startSearch(model.config.vocabulary, { ...options, limit, ctc: options.ctc?.[b] })
  );
  let tokens = new Uint32Array(searches.length * width).fill(START);
  while (searches.some((search) => search.active.length > 0)) {
    const logarithms = await step(gpu, model, tokens, state);
    const index = Uint32Array.from(tokens, (_, row) => row);
    tokens = tokens.slice().fill(END); // rows without a hypothesis say something, which nobody hears
    searches.forEach((search, b) => {
      const from = b * width;
      const survivors = stepSearch(search, logarithms.subarray(from * V, (from + width) * V));
      survivors.forEach(({ place, token }: Survivor, i) => {
        index[from + i] = from + place;
        tokens[from + i] = token;
      });
    });
    if (index.some((from, row) => from !== row)) {
      using _moving = gpu.scope();
      reorderState(gpu, state, gpu.upload(index));
    }
  }
  return searches.map(finished);
}

/** A decoder that has heard the memories, `width` times each. */
function startBeams(
  gpu: Gpu,
  model: Model,
  memory: Tensor,
  lengths: Lengths,
  width: number,
  most: number,
): DecoderState {
  const batch = lengths.host.length;
  const heard = startDecoder(gpu, model, lengths, most);
  hearMemory(gpu, model, memory, lengths, heard);
  return width === 1 ? heard : expandState(
    gpu,
    heard,
    Array.from({ length: batch * width }, (_, row) => Math.floor(row / width)),
  );
}

/** ln P [rows, V] of what follows the tokens. */
async function step(gpu: Gpu, model: Model, tokens: Uint32Array, state: DecoderState): Promise<Float32Array> {
  using _scope = gpu.scope();
  const logits = decodeStep(gpu, model.config, model.weights.decoder, gpu.upload(tokens), state);
  return await gpu.read(logSoftmax(gpu, logits));
}

function finished({ finished }: Search): Hypothesis[] {
  return finished.map(({ tokens, score }) => ({ tokens, score }));
}
