import { gatherRows } from "../../kernels/embedding/embedding.ts";
import { type Gpu, reshape, type Tensor } from "../../kernels/gpu/mod.ts";
import type { Lengths } from "../../kernels/lengths.ts";
import { logSoftmax } from "../../kernels/softmax/softmax.ts";
import type { Model } from "../model.ts";
import { END } from "../tokenizer.ts";
import { greedyStep, hearMemory, startDecoder, startTokens } from "./greedy_tokens.ts";

/** Tokens, END among them where it was reached, and the decoder's score of them. */
export interface Hypothesis {
  readonly tokens: number[];
  readonly score: number;
}

/** Steps between two looks at whether every sequence has ended: each look waits for the device. */
const STEPS_A_LOOK = 32;

/**
 * Greedy decoding until every sequence has ended or has its limit of tokens, with ln P of the tokens. memory [B, T, d];
 * `limits`: how many tokens each sequence may have. The device is asked only every 32 steps whether all have ended.
 */
export async function greedyHypotheses(
  gpu: Gpu,
  model: Model,
  memory: Tensor,
  lengths: Lengths,
  limits: readonly number[],
): Promise<Hypothesis[]> {
  const batch = lengths.host.length;
  const most = Math.max(...limits);
  using _scope = gpu.scope();
  const state = startDecoder(gpu, model, lengths, most);
  hearMemory(gpu, model, memory, lengths, state);
  const tokens = gpu.tensor([batch, most], "u32");
  gpu.clear(tokens);
  const scores = gpu.zeros([most, batch]);
  let last = startTokens(gpu, batch);
  let done = 0;
  let found = new Uint32Array();
  const ended = (limit: number, b: number) => limit <= done || found[b * most + done - 1] === END;
  do {
    for (const stop = Math.min(done + STEPS_A_LOOK, most); done < stop; done++) {
      const next = greedyStep(gpu, model, state, last, tokens, done, (logits, next) => {
        const logarithms = reshape(logSoftmax(gpu, logits), [batch, model.config.vocabulary.length, 1]);
        gpu.copy(gatherRows(gpu, logarithms, next), 0, scores, done * batch, batch);
      });
      gpu.release(last);
      last = next;
    }
    found = await gpu.read(tokens);
  } while (!limits.every(ended));
  const logarithms = await gpu.read(scores);
  return limits.map((limit, b) => {
    const own = [...found.subarray(b * most, b * most + Math.min(limit, done))];
    const end = own.indexOf(END);
    const kept = end < 0 ? own : own.slice(0, end + 1);
    return { tokens: kept, score: kept.reduce((sum, _, i) => sum + logarithms[i * batch + b], 0) };
  });
}
