/** As much of Playwright as the checks use, whose own types are in a package that the project does not depend on. */
/** A tab. */
export interface Page {
  goto(url: string): Promise<unknown>;
  evaluate<T, A = undefined>(body: (argument: A) => T, argument?: A): Promise<T>;
  on(
    event: string,
    listener: (value: { text(): string; type(): string; url(): string; message: string }) => void,
  ): void;
  pdf(options: Record<string, unknown>): Promise<Uint8Array>;
  screenshot(options: Record<string, unknown>): Promise<Uint8Array>;
  emulateMedia(options: Record<string, unknown>): Promise<void>;
  setDefaultTimeout(milliseconds: number): void;
  close(): Promise<void>;
  readonly keyboard: { press(key: string): Promise<void> };
  readonly mouse: { move(x: number, y: number): Promise<void> };
  locator(selector: string): Locator;
}
/** Elements that a selector finds; most functions wait for one. */
export interface Locator {
  first(): Locator;
  nth(i: number): Locator;
  locator(selector: string): Locator;
  count(): Promise<number>;
  focus(): Promise<void>;
  click(): Promise<void>;
  check(): Promise<void>;
  fill(text: string): Promise<void>;
  selectOption(value: string): Promise<unknown>;
  textContent(): Promise<string | null>;
  allTextContents(): Promise<string[]>;
  getAttribute(name: string): Promise<string | null>;
  isVisible(): Promise<boolean>;
  scrollIntoViewIfNeeded(): Promise<void>;
  boundingBox(): Promise<{ x: number; y: number; width: number; height: number } | null>;
  evaluate<T>(body: (element: Element) => T): Promise<T>;
}
/** What is asked of elements, whose types this program does not have. */
// deno-lint-ignore no-explicit-any
export type Element = any;
/** The program. */
export interface Browser {
  newPage(options: Record<string, unknown>): Promise<Page>;
  close(): Promise<void>;
}
