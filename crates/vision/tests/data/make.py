"""Makes the small pictures of this folder: PNGs of each kind, JPEGs of each kind, and QR codes.

usage: python3 crates/vision/tests/data/make.py      (needs numpy, opencv-python-headless, pillow, qrcode)
"""

from pathlib import Path

import cv2
import numpy as np
import qrcode
from PIL import Image

HERE = Path(__file__).resolve().parent


def main() -> None:
    # Red grows to the right, green downwards, blue is 64: each corner tells which way is up.
    x, y = np.meshgrid(np.arange(96), np.arange(64))
    ramp = np.stack([x * 255 // 95, y * 255 // 63, np.full_like(x, 64)], axis=2).astype(np.uint8)
    picture = Image.fromarray(ramp)
    picture.save(HERE / "rgb.png")
    picture.convert("L").save(HERE / "grey.png")
    picture.convert("P", palette=Image.Palette.WEB).save(HERE / "palette.png")
    grey16 = np.asarray(picture.convert("L")).astype(np.uint16) * 257
    cv2.imwrite(str(HERE / "grey16.png"), grey16)
    cv2.imwrite(str(HERE / "rgb16.png"), ramp[..., ::-1].astype(np.uint16) * 257)
    transparent = np.dstack([ramp, np.where(x < 48, 255, 0).astype(np.uint8)])
    Image.fromarray(transparent).save(HERE / "rgba.png")
    picture.convert("1").save(HERE / "bits.png")
    picture.save(HERE / "baseline.jpg", quality=92)
    picture.save(HERE / "progressive.jpg", quality=92, progressive=True)
    picture.convert("L").save(HERE / "grey.jpg", quality=92)
    picture.convert("CMYK").save(HERE / "cmyk.jpg", quality=92)
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        picture.save(HERE / f"orientation-{orientation}.jpg", quality=92, exif=exif)
    code("https://store.example/enter?code=7f3a91c2d4", 8).save(HERE / "code.png")
    code("x" * 600, 4).save(HERE / "code-long.png")


def code(text: str, module_px: int) -> Image.Image:
    maker = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, box_size=module_px, border=4)
    maker.add_data(text)
    return maker.make_image().get_image().convert("L")


if __name__ == "__main__":
    main()
