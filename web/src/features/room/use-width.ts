// How wide a part of the page is: drawings keep the size of their letters, whatever the screen.
import { useEffect, useState, type RefObject } from "react";

/** Width in pixels, renewed when it changes; `first` until it was measured. */
export function useWidth(part: RefObject<Element | null>, first: number): number {
  const [width, setWidth] = useState(first);
  useEffect(() => {
    if (!part.current || typeof ResizeObserver === "undefined") return;
    const observer = new ResizeObserver(([entry]) => {
      const measured = entry?.contentRect.width ?? 0;
      if (measured > 0) setWidth(Math.round(measured));
    });
    observer.observe(part.current);
    return () => observer.disconnect();
  }, [part]);
  return width;
}
