// What stands in for the package node-cron in the simulation (register.ts puts it there): it would tick by the machine's
// clock. The simulation lets the upkeep tick itself.

export function schedule(): { destroy(): Promise<void> } {
  return { async destroy() {} };
}
