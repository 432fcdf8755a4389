import type { AdapterDescription, BackendName } from "../../../kernels/gpu/mod.ts";

/** What must not change, by name: a count, a hash or a text. */
export type Items = Readonly<Record<string, number | string>>;

/** What a child is asked for (its one argument, as JSON). */
export interface ExactRequest {
  /** Folder of the version that is looked at. */
  readonly root: string;
  /** `counted`: on devices that compute nothing. `heard`: on this machine's adapter, in real arithmetic. */
  readonly part: "counted" | "heard";
  readonly gpu: BackendName;
}

/** The one line of JSON that a child answers with. */
export type ExactAnswer =
  | { readonly items: Items; readonly adapter: AdapterDescription | null }
  | { readonly failed: string };
