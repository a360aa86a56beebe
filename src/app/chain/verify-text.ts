import type { Finding } from "../../report/verify/findings.js";
import type { VerifySummary } from "../../report/verify/verify.js";
import { printable } from "../frame-text.js";

/** One finding on one line, for people. */
export function findingLine(finding: Finding): string {
  const start = `${finding.kind.toUpperCase().padEnd(11)}  ${finding.what}  ${printable(finding.path)}`;
  switch (finding.kind) {
    case "missing":
      return start;
    case "altered": {
      const { expected, found } = finding;
      const was = `${expected.size} bytes, SHA-256 ${expected.sha256.slice(0, 12)}…`;
      const is = `${found.size} bytes${found.sha256 === null ? "" : `, SHA-256 ${found.sha256.slice(0, 12)}…`}`;
      return `${start}: ${is}; the ledger has ${was}`;
    }
    case "unreadable":
    case "folder away":
      return `${start}: ${printable(finding.why)}`;
    case "orphaned":
      return `${start}: no row of the ledger names it`;
  }
}

export function verifySummaryLine({ sources, outputs, bytes, findings }: VerifySummary): string {
  const wrong = Object.entries(findings).filter(([, n]) => n > 0);
  const found = wrong.length === 0 ? "all as the ledger says" : wrong.map(([kind, n]) => `${n} ${kind}`).join(", ");
  return `${sources} sources and ${outputs} outputs (${(bytes / 1e9).toFixed(2)} GB): ${found}`;
}

export function isAllRight({ findings }: VerifySummary): boolean {
  return Object.values(findings).every((n) => n === 0);
}
