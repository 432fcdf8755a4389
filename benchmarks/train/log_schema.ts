import { z } from "zod";

/** The file of a run's log in its folder. */
export const LOG_FILE = "train.jsonl";

/** Changes when older logs are no longer read. */
export const LOG_VERSION = 1;

const count = z.int().min(0);
const seconds = z.number().min(0);
/** Null stands for what is not a finite number, or was not computed. */
const figure = z.number().nullable();

const header = z.strictObject({
  kind: z.literal("header"),
  schema_version: z.literal(LOG_VERSION),
  command: z.string(),
  started_at: z.string(),
  /** The training config, whole. */
  config: z.record(z.string(), z.unknown()),
  config_hash: z.string(),
  /** Weights of the model. */
  parameters: count,
  total_steps: count,
  data: z.strictObject({
    /** Of everything that is trained and evaluated on, samples included. */
    sha256: z.string(),
    train_utterances: count,
    train_seconds: seconds,
    dev_utterances: count,
    dev_seconds: seconds,
    /** Of the sets that nobody recorded: what they were synthesised by and of. */
    synthesised: z.array(z.string()),
    /** Utterances left out, by reason. */
    skipped: z.record(z.string(), count),
  }),
  /** The weights it began with; null where they were seeded. */
  init: z.strictObject({ path: z.string(), sha256: z.string() }).nullable(),
  /** What it runs on, in words. */
  device: z.string(),
});

/** Several steps; losses are means over those of them that were not skipped. */
const steps = z.strictObject({
  kind: z.literal("steps"),
  /** Steps done since the beginning. */
  step: count,
  /** From 0. */
  epoch: count,
  learning_rate: z.number(),
  /** Nats a token. */
  ctc_loss: figure,
  ce_loss: figure,
  /** Before clipping. */
  gradient_norm: figure,
  /** Steps skipped since the beginning, as their loss or gradient was not finite. */
  skipped: count,
  /** Heard since the beginning, without padding. */
  audio_seconds: seconds,
  /** Since the beginning, without what lay between an interruption and going on. */
  elapsed_seconds: seconds,
});

/** An evaluation; word error rates are fractions, null where that decoding was not asked for. */
const dev = z.strictObject({
  kind: z.literal("dev"),
  step: count,
  /** From 0. */
  epoch: count,
  wer_ctc: figure,
  /** CTC's on the sentences that the decoder's are told apart by below: it knows no text, so what differs is how hard they are. */
  wer_ctc_seen: figure.optional(),
  wer_ctc_unseen: figure.optional(),
  wer_greedy: figure,
  /** The decoder's, on utterances whose text the training set has, and on the others; null also where there are none. */
  wer_greedy_seen: figure,
  wer_greedy_unseen: figure,
  /** Of the decoder's wrong texts, the share that is a sentence of the training set, word for word. */
  greedy_recited: figure,
  elapsed_seconds: seconds,
});

const resumed = z.strictObject({
  kind: z.literal("resumed"),
  step: count,
  started_at: z.string(),
  device: z.string(),
});

const end = z.strictObject({
  kind: z.literal("end"),
  step: count,
  reason: z.enum(["done", "interrupted", "too many skipped steps"]),
  elapsed_seconds: seconds,
});

/** First line of a log. */
export type LogHeader = z.infer<typeof header>;
/** Any other line. */
export type LogLine = z.infer<typeof steps | typeof dev | typeof resumed | typeof end>;

/** Checks the first line. */
export const logHeader: z.ZodType<LogHeader> = header;
/** Checks any other line. */
export const logLine: z.ZodType<LogLine> = z.discriminatedUnion("kind", [steps, dev, resumed, end]);
