import { commandOf, type Report } from "../../reports/read.ts";
import { UsageError } from "../harness/errors.ts";

/** What `verify --rerun` was told besides the report; null where the recorded command decides. */
export interface Overrides {
  /** Only the first so many utterances, of eval reports. */
  readonly limit: number | null;
  readonly dataRoot: string | null;
  readonly weights: string | null;
}

/** A command that repeats the exact part of a recorded one. */
export interface RepeatedCommand {
  readonly task: string;
  readonly args: readonly string[];
  /** Environment variables that the record put before the command. */
  readonly env: Readonly<Record<string, string>>;
}

/** Options of the recorded command that say where results went or how they were told, and those that a rerun sets. */
const DROPPED: Readonly<Record<Report["kind"], readonly string[]>> = {
  scaling: ["out", "repeats"],
  kernels: ["out", "samples"],
  eval: ["out", "shard"],
  training: ["out"],
};
const DROPPED_FLAGS = ["resume", "overwrite", "json", "keep-audio", "verbose"];

/** A timed repeat more changes nothing that is exact; the steps of training do change its losses. */
const ADDED: Readonly<Record<Report["kind"], readonly string[]>> = {
  scaling: ["--repeats", "1"],
  kernels: ["--samples", "1"],
  eval: [],
  training: [],
};

/**
 * The command that repeats `report`'s into the folder `out`: as it was recorded, but for what only times hang on. Throws
 * UsageError where the record is no command of the report's kind, or one that would start a program which the report names.
 */
export function repeatedCommand(
  { kind, environment: { command } }: Report,
  { limit, dataRoot, weights }: Overrides,
  out: string,
): RepeatedCommand {
  const words = shellWords(command);
  const env: Record<string, string> = {};
  while (/^[A-Z_]+=/.test(words[0] ?? "")) {
    const word = words.shift()!;
    env[word.slice(0, word.indexOf("="))] = word.slice(word.indexOf("=") + 1);
  }
  const own = commandOf(kind);
  if (words.slice(0, 3).join(" ") !== own) {
    throw new UsageError(`environment.command: ${JSON.stringify(command)} is no \`${own}\`; it cannot be rerun`);
  }
  const given = words.slice(3);
  if (given.some((word) => word === "--command" || word.startsWith("--command="))) {
    throw new UsageError("environment.command: starts a program of the report's author; run that evaluation yourself");
  }
  const overriding = [
    ...(limit === null ? [] : ["limit", String(limit)]),
    ...(dataRoot === null ? [] : ["data-root", dataRoot]),
    ...(weights === null ? [] : ["weights", weights]),
  ];
  const names = overriding.filter((_, i) => i % 2 === 0);
  return {
    task: words[2],
    args: [
      ...without(given, [...DROPPED[kind], ...names], DROPPED_FLAGS),
      ...ADDED[kind],
      ...overriding.map((word, i) => i % 2 === 0 ? `--${word}` : word),
      "--out",
      out,
    ],
    env,
  };
}

/** The words without options of these names and their values, and without these flags. */
function without(words: readonly string[], options: readonly string[], flags: readonly string[]): string[] {
  const kept: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const name = /^--([\w-]+)(=)?/.exec(words[i]);
    if (name !== null && flags.includes(name[1])) continue;
    if (name !== null && options.includes(name[1])) {
      if (name[2] === undefined) i++;
      continue;
    }
    kept.push(words[i]);
  }
  return kept;
}

/** Splits what `commandLine` of harness/environment.ts joined: words, some in single quotes, `'\''` a quote in them. */
export function shellWords(line: string): string[] {
  return (line.match(/(?:'[^']*'|\\'|[^\s'])+/g) ?? []).map((word) =>
    word.replaceAll(/'([^']*)'|\\(')/g, (_, quoted?: string, escaped?: string) => quoted ?? escaped ?? "")
  );
}
