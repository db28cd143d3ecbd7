// Whether something moves before the camera: each small picture is compared with the one before.

/** The size that pictures are compared at. */
export const MOTION_SIZE = { width: 64, height: 48 };
/** How much brighter or darker a pixel has to be, of 255; above the noise of a cheap camera in poor light. */
const PIXEL_CHANGE = 22;
/** How many of all pixels have to change; a face walking up changes far more. */
const SHARE_CHANGED = 0.012;

export class MotionSense {
  private before: Uint8ClampedArray | null = null;

  /** Takes the next picture, four bytes a pixel. The first one counts as motion: it is worth a look. */
  moved(pixels: Uint8ClampedArray): boolean {
    const before = this.before;
    this.before = pixels;
    if (before?.length !== pixels.length) return true;
    let changed = 0;
    for (let at = 0; at < pixels.length; at += 4) {
      if (Math.abs(brightness(pixels, at) - brightness(before, at)) > PIXEL_CHANGE) changed += 1;
    }
    return changed > (pixels.length / 4) * SHARE_CHANGED;
  }
}

function brightness(pixels: Uint8ClampedArray, at: number): number {
  return 0.299 * (pixels[at] ?? 0) + 0.587 * (pixels[at + 1] ?? 0) + 0.114 * (pixels[at + 2] ?? 0);
}
