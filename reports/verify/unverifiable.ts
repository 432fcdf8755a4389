import type { Report } from "../read.ts";

/**
 * What nothing beside a report of this kind can show, whatever its digest says, a phrase each: it was measured or looked
 * up once. `verify --rerun` repeats what can be repeated.
 */
export function unverifiableFacts(report: Report): string[] {
  return [...FACTS[report.kind], ...(report.digest === undefined ? [] : [DIGEST_FACT])];
}

/** What a digest does not show. */
export const DIGEST_FACT =
  "that the digest was taken when the report was written: it tells accidents and careless edits, and whoever makes a " +
  "report up can make its digest";

const MACHINE = "that command, commit, machine and versions were those of environment";

const FACTS: Readonly<Record<Report["kind"], readonly string[]>> = {
  scaling: [
    "times and memory, which were measured once",
    "hashes of tokens, audio, kernels, weights and configurations, and what was heard, which only a run gives again",
    MACHINE,
  ],
  kernels: [
    "times, which were measured once",
    "counts of operations and bytes, which the benchmarks state",
    MACHINE,
  ],
  // What is heard, and what was said, stand in figures.ts: they hang on the journal.
  eval: [MACHINE],
  training: [
    "times and memory, which were measured once",
    "losses, counts of launched kernels, and hashes of kernels and configurations, which only a run gives again",
    MACHINE,
  ],
};

/**
 * Patterns of the numbers in which a small change can pass unseen: in a report without a digest those from which nothing
 * follows, or nothing at the precision in which it is stated, and those that are compared to 1e-9; with one, none. `[]`
 * stands for every index, `*` for every key. `alter_all.ts` finds the same by trying.
 */
export function unverifiableFields(report: Report): readonly string[] {
  return report.digest === undefined ? FIELDS[report.kind] : [];
}

const FIT = ["exponent", "lower", "upper", "intercept", "r2", "tail_exponent"];
const STEP = [
  "warmups",
  "seconds.samples[]",
  "stages[].seconds.samples[]",
  "memory.reserved_peak_bytes",
  "memory.outside_peak_bytes",
  "figures.ctc",
  "figures.decoder",
  "figures.norm",
];

const FIELDS: Readonly<Record<Report["kind"], readonly string[]>> = {
  scaling: [
    "environment.memory_bytes",
    "rows[].frames",
    "rows[].micro_batch",
    "rows[].predicted_seconds",
    "rows[].warmups",
    "rows[].seconds.samples[]",
    "rows[].stages[].seconds.samples[]",
    "rows[].memory.reserved_peak_bytes",
    "rows[].memory.outside_peak_bytes",
    ...FIT.map((figure) => `fits[].${figure}`),
    ...["minutes", "lower", "upper", "extrapolated.minutes"].map((figure) => `crossovers[].${figure}`),
  ],
  kernels: ["environment.memory_bytes", "buffer_copy_rate", "rows[].seconds.samples[]"],
  eval: [
    "environment.memory_bytes",
    "load_seconds",
    ...["lower", "upper", "level"].map((figure) => `scores[].interval.${figure}`),
    "memory.outside_peak_bytes",
  ],
  training: [
    "environment.memory_bytes",
    ...STEP.map((field) => `throughput.rows[].step.${field}`),
    "long.models.*.parameters.*",
    ...STEP.map((field) => `long.rows[].step.${field}`),
    ...FIT.map((figure) => `long.fits[].${figure}`),
  ],
};
