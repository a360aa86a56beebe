import { type Disk, type Expectation, type Finding, groupBy, type KindOfLoss, type LedgerRow } from "./expectation.js";

/**
 * Holds the disk, the ledger and the outputs against what the microscope knows it wrote. Independent of the daemon's own code: it
 * sees rows and hashes only.
 *
 * @param sources the watched folder
 * @param outputs the output folder
 */
export function audit(
  expected: readonly Expectation[],
  rows: readonly LedgerRow[],
  sources: Disk,
  outputs: Disk,
): Finding[] {
  const findings: Finding[] = [];
  const find = (kind: KindOfLoss, path: string, what: string) => findings.push({ kind, path, what });
  const byPath = groupBy(rows, ({ path }) => path);
  const known = new Set(expected.map(({ path }) => path));

  for (const one of expected) {
    const { path, sha256 } = one;
    if ((sources.get(path) ?? null) !== sha256) find("altered", path, "the source is not what was written");
    const all = byPath.get(path) ?? [];
    auditRows(one, all, find);
    for (const row of all) auditRow(row, find);
  }
  for (const path of byPath.keys()) if (!known.has(path)) find("wrong state", path, "a row for a file nobody wrote");
  for (const path of sources.keys())
    if (!known.has(path)) find("altered", path, "a file nobody wrote beside the sources");
  auditOutputs(rows, outputs, find);
  return findings;
}

type Find = (kind: KindOfLoss, path: string, what: string) => void;

function auditRows(one: Expectation, all: readonly LedgerRow[], find: Find): void {
  const { path, sha256 } = one;
  const current = all.filter((row) => row.isCurrent);
  const contents = new Set(all.map((row) => row.revision)).size;
  if (contents > one.contents)
    find("duplicated", path, `${contents} contents in the ledger, ${one.contents} were complete`);
  const pages = current.map(({ page }) => page);
  if (new Set(pages).size !== pages.length) find("duplicated", path, "two current rows for one page");
  if (sha256 === null) {
    // Deleted before anybody looked, or while it waited, or after its verdict: all three are right.
    const bad = current.find(({ state }) => state !== "gone" && state !== "done");
    if (bad) find("wrong state", path, `deleted, and ${bad.state}`);
    return;
  }
  if (current.length === 0) {
    find("lost", path, "no current row");
    return;
  }
  const { errorCodes } = one;
  if (errorCodes !== undefined) {
    const bad = current.find(
      ({ state, errorCode }) => state !== "quarantined" || !errorCodes.includes(errorCode ?? ""),
    );
    if (bad) find("wrong state", path, `${bad.state} ${bad.errorCode ?? ""}, expected ${errorCodes.join(" or ")}`);
    return;
  }
  if (current.length !== one.pages) find("lost", path, `${current.length} of ${one.pages} pages`);
  for (const row of current) {
    if (row.state !== "done") find("wrong state", path, `page ${row.page} is ${row.state} ${row.errorCode ?? ""}`);
    else if (row.sha256 !== sha256) find("lost", path, "judged with another content than it ended with");
  }
}

function auditRow(row: LedgerRow, find: Find): void {
  if (row.finished > 1) find("duplicated", row.path, `finished ${row.finished} times`);
  if (row.outputs.length > 1) find("duplicated", row.path, `${row.outputs.length} reconstructions`);
  if (["seen", "ready", "working"].includes(row.state)) find("wrong state", row.path, `still ${row.state}`);
}

function auditOutputs(rows: readonly LedgerRow[], outputs: Disk, find: Find): void {
  const named = new Map<string, string>();
  for (const output of rows.flatMap((row) => [...row.outputs, ...row.companions])) {
    if (named.has(output.path)) find("duplicated", output.path, "two rows name this output");
    named.set(output.path, output.sha256);
    const found = outputs.get(output.path);
    if (found === undefined) find("lost", output.path, "what the ledger says was made is not there");
    else if (found !== output.sha256) find("altered", output.path, "what was made is not what the ledger says");
  }
  for (const path of outputs.keys()) {
    if (!named.has(path)) find("wrong state", path, "a file in the output folder that no row names");
  }
}
