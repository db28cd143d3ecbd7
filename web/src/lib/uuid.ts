// Ids made on this device.

/** A random UUID, also on pages where `crypto.randomUUID` is withheld (plain http in a store's own network). */
export function newUuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const set = (index: number, keep: number, bits: number) => {
    bytes[index] = ((bytes[index] ?? 0) & keep) | bits;
  };
  set(6, 0x0f, 0x40);
  set(8, 0x3f, 0x80);
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
