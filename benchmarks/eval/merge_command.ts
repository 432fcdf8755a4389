import { evalSummary } from "../../reports/eval_terminal.ts";
import { FLAG, HELP_FLAG, parsedArguments, pathOf, TEXT } from "../harness/arguments.ts";
import { EXIT, UsageError } from "../harness/errors.ts";
import { makeFolder } from "../harness/folder.ts";
import { readJournal } from "./journal.ts";
import { merge } from "./merge.ts";

const HELP = `Usage: deno task merge SHARD_DIR... --out DIR [--json]

Joins the results of \`deno task eval DATASET --shard I/N\` on several machines: the report in DIR has the counts, word
error rates and intervals of one run over the whole set.

  SHARD_DIR     folders of all N shards, in any order
  --out DIR     where the whole goes
  --overwrite   though DIR holds an evaluation
  --json        print report.json to standard output, and nothing else

With a Slurm array of 8 jobs:  deno task eval librispeech-other … --shard $((SLURM_ARRAY_TASK_ID + 1))/8 --out part-$SLURM_ARRAY_TASK_ID
Kubernetes has JOB_COMPLETION_INDEX for that, GNU parallel {#}. Then:  deno task merge part-* --out whole

Exit codes: 0 done, 3 wrong usage: a shard is missing, doubled, not finished or of another evaluation.`;

/** `deno task merge`: returns the exit code. */
export async function run(args: string[]): Promise<number> {
  const options = { out: TEXT, overwrite: FLAG, json: FLAG, help: HELP_FLAG };
  const { values, positionals } = parsedArguments(args, options, true);
  if (values.help) {
    console.log(HELP);
    return EXIT.done;
  }
  const out = pathOf("out", values.out);
  if (out === undefined) throw new UsageError("--out: not given; name the folder that the whole is to go to");
  if (positionals.length === 0) throw new UsageError("no shard given; name the folders that eval --shard wrote");
  if (!values.overwrite && await readJournal(out) !== null) {
    throw new UsageError(`--out ${out}: holds an evaluation; give another folder, or --overwrite`);
  }
  const { report, paths } = await merge(positionals, await makeFolder(out));
  console.log(values.json ? JSON.stringify(report, null, 2) : `${evalSummary(report)}\n\n${paths.join("\n")}`);
  return EXIT.done;
}
