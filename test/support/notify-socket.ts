import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Node cannot open a datagram socket of the Unix kind (that is why refocusd speaks through systemd-notify), Python can. */
const SERVER = `
import json, socket, sys
server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
server.bind(sys.argv[1])
print(json.dumps("listening"), flush=True)
while True:
    print(json.dumps(server.recv(65536).decode()), flush=True)
`;

/** Whether python3 and systemd-notify are there. */
export const canNotify = ["python3", "systemd-notify"].every((program) => {
  try {
    execFileSync(program, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
});

export interface NotifySocket {
  readonly path: string;
  readonly process: ChildProcess;
  /** Datagrams so far, without systemd-notify's own BARRIER=1. */
  readonly heard: () => readonly string[];
}

/** A real socket as systemd would give it. End it by killing its process. */
export async function openNotifySocket(): Promise<NotifySocket> {
  const path = join(mkdtempSync(join(tmpdir(), "refocusd-notify-")), "socket");
  const process = spawn("python3", ["-c", SERVER, path], { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  process.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  await once(process.stdout, "data");
  const heard = () => {
    const lines = text.split("\n").slice(1, -1);
    return lines.map((line) => JSON.parse(line) as string).filter((message) => message !== "BARRIER=1");
  };
  return { path, process, heard };
}
