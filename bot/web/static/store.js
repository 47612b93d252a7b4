// What the browser keeps. Settings stay (localStorage); words a person typed live only as long as the tab
// (sessionStorage), because phones are lent and shared. Storage may be blocked: then nothing is kept and all else works.

function area(name) {
  const prefix = "xf.";
  const storage = () => window[name];
  return {
    get(key, otherwise = null) {
      try {
        const value = storage().getItem(prefix + key);
        return value === null ? otherwise : JSON.parse(value);
      } catch {
        return otherwise;
      }
    },
    set(key, value) {
      try {
        if (value === null || value === "") storage().removeItem(prefix + key);
        else storage().setItem(prefix + key, JSON.stringify(value));
      } catch { /* blocked or full */ }
    },
    clear() {
      try {
        for (const key of Object.keys(storage())) if (key.startsWith(prefix)) storage().removeItem(key);
      } catch { /* blocked */ }
    },
  };
}

export const settings = area("localStorage");
export const tab = area("sessionStorage");

/** crypto.randomUUID exists only on https; a kiosk or a test may speak plain http on the local network. */
export function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
