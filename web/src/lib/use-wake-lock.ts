// Keeps the screen on while something on it is to be looked at.
import { useEffect } from "react";

export function useWakeLock(): void {
  useEffect(() => {
    let lock: WakeLockSentinel | null = null;
    const hold = async () => {
      if (document.visibilityState !== "visible" || !("wakeLock" in navigator)) return;
      // Refused on a low battery, for instance; then the screen goes dark as usual.
      lock = await navigator.wakeLock.request("screen").catch(() => null);
    };
    void hold();
    // The browser takes the lock back whenever the page is hidden.
    document.addEventListener("visibilitychange", hold);
    return () => {
      document.removeEventListener("visibilitychange", hold);
      void lock?.release();
    };
  }, []);
}
