// Pictures as JPEG bytes.

/** Draws a picture no wider than asked for and gives its JPEG; none when there is nothing to draw yet. */
export async function toJpeg(
  source: CanvasImageSource,
  size: { width: number; height: number },
  widest: number,
  quality: number,
): Promise<Blob | null> {
  if (size.width === 0 || size.height === 0) return null;
  const scale = Math.min(1, widest / size.width);
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(size.width * scale);
  canvas.height = Math.round(size.height * scale);
  const pen = canvas.getContext("2d");
  if (!pen) return null;
  pen.drawImage(source, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
}

/** The picture that a video shows now. */
export function videoJpeg(video: HTMLVideoElement, widest: number, quality: number): Promise<Blob | null> {
  return toJpeg(video, { width: video.videoWidth, height: video.videoHeight }, widest, quality);
}
