// A chosen file as the JPEG that the server wants: upright and not too large.
import { toJpeg } from "@/lib/jpeg";

const WIDEST = 1600;
const QUALITY = 0.92;

/** The file as JPEG; what the browser cannot read goes as it is, for the server to say what is wrong. */
export async function uploadedJpeg(file: File): Promise<Blob> {
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const jpeg = await toJpeg(picture, picture, WIDEST, QUALITY);
    picture.close();
    return jpeg ?? file;
  } catch {
    return file;
  }
}
