import { LAYOUT } from "./layout.js";
import type { Plan, Step } from "./step.js";

export interface UninstallOptions {
  /** Whether there is a unit to stop. */
  readonly installed: boolean;
  readonly userExists: boolean;
  /** Ledger, logs, configuration and user go too. */
  readonly purge: boolean;
}

/** Everything that installing made, backwards. The ledger is what explains every frame, so it goes only when told to. */
export function uninstallPlan({ installed, userExists, purge }: UninstallOptions): Plan {
  const steps: Step[] = [
    // First: what is still running would write on into what is being removed.
    ...(installed
      ? [
          run(
            "it is stopped, and no longer starts with the computer",
            "systemctl",
            "disable",
            "--now",
            "refocusd.service",
          ),
        ]
      : []),
    ...[LAYOUT.gpuDropIn, LAYOUT.foldersDropIn].map((path) => ({ kind: "remove", path, what: "file" }) as const),
    // Drop-ins of people's own stay.
    { kind: "remove", path: LAYOUT.dropIns, what: "empty" },
    { kind: "remove", path: LAYOUT.unit, what: "file" },
    { kind: "remove", path: LAYOUT.folders, what: "file" },
    { kind: "remove", path: LAYOUT.user, what: "file" },
    run("systemd forgets the unit", "systemctl", "daemon-reload"),
  ];
  if (!purge) {
    return {
      steps,
      next: [
        `${LAYOUT.configFolder}, ${LAYOUT.state} with the ledger, ${LAYOUT.logs} and the user refocusd stay; --purge removes them`,
      ],
    };
  }
  const trees = [LAYOUT.configFolder, LAYOUT.state, LAYOUT.logs, LAYOUT.cache];
  steps.push(...trees.map((path) => ({ kind: "remove", path, what: "tree" }) as const));
  if (userExists) steps.push(run("the user goes", "userdel", "refocusd"));
  return { steps, next: ["reconstructions, and folders that the configuration named elsewhere, stay where they are"] };
}

function run(why: string, command: string, ...words: string[]): Step {
  return { kind: "run", command, arguments: words, why };
}
