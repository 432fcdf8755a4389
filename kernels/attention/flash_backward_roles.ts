/** Buffers that are multiplied. */
export type Source = "q" | "k" | "v" | "dy";

/** What differs between workgroups that own keys and ones that own queries. */
export interface Role {
  readonly owns: "keys" | "queries";
  /** Own rows and others whose products are the scores, and those whose products are the weights' gradients. */
  readonly scores: readonly [own: Source, other: Source];
  readonly gradients: readonly [own: Source, other: Source];
  /** Gradients: the tile (p, the weights, or g, the scores' gradients) that weights a sum of others. */
  readonly sums: readonly { readonly of: "q" | "k" | "v"; readonly weights: "p" | "g"; readonly other: Source }[];
  /** WGSL: which others are walked over (`start`, `stop`), and which of them all own rows see (`seen_from`, `seen_to`). */
  readonly walk: (own: number) => string;
  /** WGSL: the first other, and the one behind the last, that the own row `row` sees; and what others count in there. */
  readonly visible: { readonly from: string; readonly to: string; readonly other: string };
}

/** Workgroups for dk and dv. */
export const KEYS: Role = {
  owns: "keys",
  scores: ["k", "q"],
  gradients: ["v", "dy"],
  sums: [{ of: "v", weights: "p", other: "dy" }, { of: "k", weights: "g", other: "q" }],
  walk: (own) => `
  let last_own = min(first + ${own - 1}u, last_key);
  var start = less(less(first, params.right), params.query_offset);
  var stop = select(0u, min(query_end, less(last_own + params.left + 1u, params.query_offset)), first < key_end);
  let seen_from = less(less(last_own, params.right), params.query_offset);
  let seen_to = less(first + params.left + 1u, params.query_offset);`,
  visible: {
    from: "less(row, params.right)",
    to: "row + params.left + 1u",
    other: "other + vec4u(params.query_offset)",
  },
};

/** Workgroups for dq. */
export const QUERIES: Role = {
  owns: "queries",
  scores: ["q", "k"],
  gradients: ["dy", "v"],
  sums: [{ of: "q", weights: "g", other: "k" }],
  walk: (own) => `
  let first_position = first + params.query_offset;
  let last_position = min(first + ${own - 1}u, last_query) + params.query_offset;
  var start = first_key(first_position);
  var stop = select(0u, end_key(last_position, key_end), first < query_end);
  let seen_from = first_key(last_position);
  let seen_to = end_key(first_position, key_end);`,
  visible: {
    from: "first_key(row + params.query_offset)",
    to: "end_key(row + params.query_offset, key_end)",
    other: "other",
  },
};
