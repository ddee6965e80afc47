/** Bytes for sentences about budgets, in the units in which a person sets them (1 KB is 1,024 bytes, as on the command line). */

const UNITS = ['bytes', 'KB', 'MB', 'GB', 'TB'] as const;
const STEP = 1024;

export function bytesText(bytes: number): string {
  const unit = Math.min(UNITS.length - 1, bytes < 1 ? 0 : Math.floor(Math.log(bytes) / Math.log(STEP)));
  const value = bytes / STEP ** unit;
  return `${value >= 100 ? Math.round(value) : Number(value.toFixed(1))} ${UNITS[unit] ?? 'TB'}`;
}
