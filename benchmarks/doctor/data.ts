import { DATASETS } from "../../datasets/registry.ts";
import { list } from "../datasets/list.ts";
import { type Check, ok } from "./findings.ts";

const REMEDY =
  "`deno task datasets get librispeech-clean` fetches one (347 MB), and --data-root or SAMBA_DATA name a " +
  "local copy; without any, bench:scaling generates its audio";

/** Which test sets there are under `dataRoot`; `deno task datasets check` tells how much of them. */
export async function checkData(dataRoot: string): Promise<Check> {
  const found = (await list(DATASETS, dataRoot)).flatMap(({ id, found }) =>
    found === null ? [] : [`${id} (${found.form})`]
  );
  if (found.length > 0) return ok("data", `${dataRoot}: ${found.join(", ")}`);
  return { name: "data", state: "missing", detail: `no test set at ${dataRoot}`, remedy: REMEDY };
}
