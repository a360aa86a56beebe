import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";

export interface OpenedPage {
  /** From the request to the first text on the screen, ms. */
  readonly firstPaintMs: number;
  /** From the request to the end of loading, ms. */
  readonly loadedMs: number;
  /** Elements of the page. */
  readonly elements: number;
  /** Memory that scripts and elements take, MiB. */
  readonly heapMiB: number;
  /** Requests other than the page itself: there must be none. */
  readonly otherRequests: number;
}

/** Opens a page in headless Chromium, over the pipe of its DevTools protocol, so that no further package is needed. */
export async function openInChromium(chromium: string, page: string): Promise<OpenedPage> {
  const profile = await mkdtemp(join(tmpdir(), "refocusd-chromium-"));
  const flags = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--remote-debugging-pipe",
    `--user-data-dir=${profile}`,
  ];
  const browser = spawn(chromium, flags, { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
  const ended = new Promise((resolve) => browser.once("exit", resolve));
  try {
    const send = connect(browser.stdio[3] as Writable, browser.stdio[4] as Readable);
    const { targetId } = await send("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
    await send("Page.enable", {}, sessionId);
    await send("Page.navigate", { url: pathToFileURL(page).href }, sessionId);
    const expression = `new Promise((done) => {
      const paint = () => performance.getEntriesByName("first-contentful-paint")[0];
      const look = () => document.readyState === "complete" && paint() && performance.timing.loadEventEnd > 0
        ? done({ firstPaintMs: paint().startTime, loadedMs: performance.timing.loadEventEnd - performance.timing.navigationStart,
            elements: document.querySelectorAll("*").length, heapMiB: performance.memory.usedJSHeapSize / 2 ** 20,
            otherRequests: performance.getEntriesByType("resource").filter(({ name }) => !name.startsWith("data:")).length })
        : setTimeout(look, 10);
      look();
    })`;
    const look = async (): Promise<OpenedPage> => {
      const answer = await send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true }, sessionId);
      return (answer.result as { value: OpenedPage }).value;
    };
    return await Promise.race([look(), sleep(120_000).then(() => Promise.reject(new Error("the page did not load")))]);
  } finally {
    browser.kill();
    await ended;
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

type Answer = Record<string, unknown>;

function connect(to: Writable, from: Readable) {
  const waiting = new Map<number, { resolve: (answer: Answer) => void; reject: (error: Error) => void }>();
  let last = 0;
  let text = "";
  from.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
    const messages = text.split("\0");
    text = messages.pop() ?? "";
    for (const message of messages) {
      const { id, result, error } = JSON.parse(message) as {
        id?: number;
        result?: Answer;
        error?: { message: string };
      };
      const waiter = id === undefined ? undefined : waiting.get(id);
      if (id === undefined || waiter === undefined) continue;
      waiting.delete(id);
      if (error) waiter.reject(new Error(error.message));
      else waiter.resolve(result ?? {});
    }
  });
  return (method: string, params: object, sessionId?: unknown): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const id = ++last;
      waiting.set(id, { resolve, reject });
      to.write(`${JSON.stringify({ id, method, params, ...(sessionId !== undefined && { sessionId }) })}\0`);
    });
}
