/** Where a service's parts lie in a system (file-hierarchy(7)). The unit names the same folders; a test compares. */
export const LAYOUT = {
  unit: "/etc/systemd/system/refocusd.service",
  dropIns: "/etc/systemd/system/refocusd.service.d",
  foldersDropIn: "/etc/systemd/system/refocusd.service.d/10-folders.conf",
  gpuDropIn: "/etc/systemd/system/refocusd.service.d/20-gpu.conf",
  user: "/etc/sysusers.d/refocusd.conf",
  folders: "/etc/tmpfiles.d/refocusd.conf",
  configFolder: "/etc/refocusd",
  config: "/etc/refocusd/refocusd.yaml",
  schema: "/etc/refocusd/refocusd.schema.json",
  state: "/var/lib/refocusd",
  logs: "/var/log/refocusd",
  cache: "/var/cache/refocusd",
} as const;

/** The user that the service runs as, for sysusers.d(5): made if it is not there. */
export const USER_FILE = `# The user that refocusd runs as. Written by "refocusd service install".
u refocusd - "refocusd" ${LAYOUT.state}
`;

/** Who owns what, for tmpfiles.d(5): made, and put right, now and at each start of the system. */
export const FOLDERS_FILE = `# The folders of refocusd. Written by "refocusd service install".
# The service reads its configuration and cannot change it. The rest of the world sees none of it.
d ${LAYOUT.configFolder} 0750 root refocusd -
z ${LAYOUT.config} 0640 root refocusd -
d ${LAYOUT.state} 0750 refocusd refocusd -
d ${LAYOUT.logs} 0750 refocusd refocusd -
`;
