import type { Round } from "../../../reports/gate/schema.ts";

/** A line of what record.ts writes. */
export interface RecordedRound {
  /** Whether another process kept a core busy. */
  readonly busy: boolean;
  readonly launches: Readonly<Record<string, number>>;
  readonly round: Round;
}

/** The lines of a file of recorded rounds. Throws where one is none. */
export async function readRounds(file: string): Promise<RecordedRound[]> {
  const text = await Deno.readTextFile(file);
  return text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as RecordedRound);
}
