/** A Markdown table; cells are escaped, columns named in `right` are aligned to the right. */
export function markdownTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly string[] = [],
): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(" | ")} |`;
  const rule = `|${header.map((name) => right.includes(name) ? " ---: " : " --- ").join("|")}|`;
  return [line(header), rule, ...rows.map(line)].join("\n");
}

/** Text that may stand in a table's cell. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll(/\s*\n\s*/g, " ");
}
