import { z } from "zod";

/** How tokens hear the audio: the paper leaves its "Mamba-cross-connection" open, so three readings are built. */
export type CrossConnection = "mamba" | "concat" | "attention";

/** Form of the transformer encoder's self-attention; `left` and `right` are frames of context. */
export type EncoderAttention =
  | { readonly kind: "naive" }
  | { readonly kind: "flash" }
  | { readonly kind: "window"; readonly left: number; readonly right: number };

interface SharedConfig {
  /** "samba-base": what reports and weight files call it. */
  readonly name: string;
  /** Model width d: a frame's or token's vector. A multiple of 4. */
  readonly width: number;
  readonly frontend: {
    /** Log-mel bins. */
    readonly bins: number;
    /** `utterance`: by each utterance's own mean and deviation; `fixed`: by constants in the weights, so that it streams. */
    readonly normalization: "utterance" | "fixed";
  };
  readonly decoder: {
    readonly blocks: number;
    /** Hidden width of the feed-forward layer. */
    readonly feedForward: number;
    readonly crossConnection: CrossConnection;
    /** State size N of mamba cross-connections, which hold the whole utterance; `ssm.state` where it is not given. */
    readonly crossState?: number | undefined;
  };
  /** Mamba blocks: state size N, convolution width, inner width as a multiple of d, rank of Δ's projection. */
  readonly ssm: {
    readonly state: number;
    readonly convolution: number;
    readonly expand: number;
    readonly rank: number;
  };
  /** Attention heads; they divide the width. */
  readonly heads: number;
  /** Tokens in the order of their ids; the first three are the blank, the start and the end. */
  readonly vocabulary: readonly string[];
}

/** Samba-ASR: Mamba blocks in the encoder and the decoder. */
export interface SambaConfig extends SharedConfig {
  readonly family: "samba";
  readonly encoder: {
    readonly blocks: number;
    /** Hidden width of the feed-forward layer; 0 leaves it out (the paper's figure shows none). */
    readonly feedForward: number;
    readonly direction: "causal" | "bidirectional";
  };
}

/** The baseline: the same recogniser with self-attention where Samba-ASR has Mamba. */
export interface TransformerConfig extends SharedConfig {
  readonly family: "transformer";
  readonly encoder: {
    readonly blocks: number;
    readonly feedForward: number;
    readonly attention: EncoderAttention;
  };
}

/** Everything that fixes a model's shape, but for its weights. */
export type ModelConfig = SambaConfig | TransformerConfig;

/** A config, or weights, that cannot be used: wrong data in the command line's terms. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  /** The design's code for wrong usage, config or data. */
  readonly exitCode = 3;
}

const count = z.int().min(1);
const stateSize = count.multipleOf(4).max(64);
const shared = {
  name: z.string().min(1),
  width: count.multipleOf(4),
  frontend: z.strictObject({ bins: count, normalization: z.enum(["utterance", "fixed"]) }),
  decoder: z.strictObject({
    blocks: count,
    feedForward: count,
    crossConnection: z.enum(["mamba", "concat", "attention"]),
    crossState: stateSize.optional(),
  }),
  ssm: z.strictObject({
    state: stateSize,
    convolution: z.int().min(2).max(4),
    expand: count,
    rank: count,
  }),
  heads: count,
  vocabulary: z.array(z.string()).min(4),
};
const frames = z.int().min(0);
const schema = z.discriminatedUnion("family", [
  z.strictObject({
    family: z.literal("samba"),
    ...shared,
    encoder: z.strictObject({
      blocks: count,
      feedForward: z.int().min(0),
      direction: z.enum(["causal", "bidirectional"]),
    }),
  }),
  z.strictObject({
    family: z.literal("transformer"),
    ...shared,
    encoder: z.strictObject({
      blocks: count,
      feedForward: count,
      attention: z.discriminatedUnion("kind", [
        z.strictObject({ kind: z.literal("naive") }),
        z.strictObject({ kind: z.literal("flash") }),
        z.strictObject({ kind: z.literal("window"), left: frames, right: frames }),
      ]),
    }),
  }),
]);

/** Checks data from outside against the schema. Throws a ConfigError that names the field in one line. */
export function parseConfig(data: unknown, origin: string): ModelConfig {
  const result = schema.safeParse(data);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new ConfigError(`${origin}: ${["config", ...issue.path].join(".")}: ${issue.message}`);
  }
  const config: ModelConfig = result.data;
  if (config.width % config.heads !== 0) {
    throw new ConfigError(`${origin}: config.heads: ${config.heads} heads do not divide the width ${config.width}`);
  }
  if (new Set(config.vocabulary).size !== config.vocabulary.length) {
    throw new ConfigError(`${origin}: config.vocabulary: a token stands twice`);
  }
  return config;
}

/** SHA-256 of the config's canonical JSON (keys sorted), in hexadecimal. */
export async function configHash(config: ModelConfig): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(canonicalJson(config)));
  return new Uint8Array(digest).toHex();
}

/** JSON with sorted keys: equal values, equal text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const entries = Object.entries(value).filter(([, v]) => v !== undefined).sort(([a], [b]) => a < b ? -1 : 1);
    return `{${entries.map(([key, v]) => `${JSON.stringify(key)}:${canonicalJson(v)}`).join(",")}}`;
  }
  return JSON.stringify(value);
}
