/** Keeps the best `capacity` of the items offered, by a heap with the worst kept one on top. */
export class BestOf {
  readonly scores: Float64Array;
  readonly items: Float64Array;
  size = 0;

  constructor(capacity: number) {
    this.scores = new Float64Array(capacity);
    this.items = new Float64Array(capacity);
  }

  clear(): void {
    this.size = 0;
  }

  /** The best score so far; −Infinity when nothing is kept. */
  highest(): number {
    let highest = -Infinity;
    for (let i = 0; i < this.size; i++) highest = Math.max(highest, this.scores[i]);
    return highest;
  }

  /** Takes an item unless it is worse than all that are kept, of which there are enough; −Infinity and NaN never are. */
  offer(score: number, item: number): void {
    if (!(score > -Infinity)) return;
    const { scores, items } = this;
    if (this.size < scores.length) {
      let at = this.size++;
      while (at > 0) {
        const above = (at - 1) >> 1;
        if (scores[above] <= score) break;
        scores[at] = scores[above];
        items[at] = items[above];
        at = above;
      }
      scores[at] = score;
      items[at] = item;
    } else if (score > scores[0]) {
      let at = 0;
      for (;;) {
        let below = 2 * at + 1;
        if (below >= this.size) break;
        if (below + 1 < this.size && scores[below + 1] < scores[below]) below++;
        if (scores[below] >= score) break;
        scores[at] = scores[below];
        items[at] = items[below];
        at = below;
      }
      scores[at] = score;
      items[at] = item;
    }
  }
}
