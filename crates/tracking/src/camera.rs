//! Where a room camera hangs and how it projects: points of the room to pixels, and pixels to rays.

use nalgebra::{Matrix3, Vector2, Vector3};

/// A point or direction in the room, metres: x and y along the floor, z up, the floor at 0.
pub type Point = Vector3<f64>;

/// A place in a picture, pixels from its upper left corner.
pub type Pixel = Vector2<f64>;

/// How a camera projects, in pixels of pictures of one size.
///
/// A point at (x, y, z) before the camera lies at u = (x, y) / z, and in the picture at centre + focal * u * (1 + k1 |u|²):
/// the first term of Brown's radial distortion, which is enough for lenses of up to 100 degrees or so.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lens {
    /// Focal length, pixels.
    pub focal_px: f64,
    /// Radial distortion; negative for barrels.
    pub k1: f64,
    /// Where the optical axis meets the picture.
    pub centre: Pixel,
    /// Width and height of the pictures that this is for.
    pub size: [f64; 2],
}

/// A camera on the wall.
#[derive(Debug, Clone, PartialEq)]
pub struct Camera {
    /// Turns directions of the room into the camera's: x right, y down, z forward.
    pub rotation: Matrix3<f64>,
    /// Where its optical centre is.
    pub centre: Point,
    /// How it projects.
    pub lens: Lens,
}

/// Points nearer to the camera's plane than this (m), or behind it, have no place in the picture.
const NEAREST_M: f64 = 0.05;
/// Rounds that undo the distortion; more change nothing at |k1| below 0.3.
const UNDISTORT_ROUNDS: usize = 8;

impl Lens {
    /// The pixel of a point with this x / z and y / z.
    pub fn distort(&self, flat: Vector2<f64>) -> Pixel {
        flat * (self.focal_px * (1.0 + self.k1 * flat.norm_squared())) + self.centre
    }

    /// x / z and y / z of what a pixel shows.
    pub fn undistort(&self, pixel: Pixel) -> Vector2<f64> {
        let distorted = (pixel - self.centre) / self.focal_px;
        let mut flat = distorted;
        for _ in 0..UNDISTORT_ROUNDS {
            flat = distorted / (1.0 + self.k1 * flat.norm_squared()).max(0.1);
        }
        flat
    }

    /// Whether a pixel lies in the picture, at least `margin` pixels from its edges.
    pub fn shows(&self, pixel: Pixel, margin: f64) -> bool {
        let within = |at: f64, length: f64| at >= margin && at <= length - margin;
        within(pixel.x, self.size[0]) && within(pixel.y, self.size[1])
    }
}

impl Camera {
    /// How far before the camera a point lies, metres along its optical axis.
    pub fn depth(&self, point: &Point) -> f64 {
        (self.rotation.row(2) * (point - self.centre)).x
    }

    /// The pixel at which a point is seen; `None` where it lies behind the camera.
    pub fn project(&self, point: &Point) -> Option<Pixel> {
        let seen = self.rotation * (point - self.centre);
        (seen.z >= NEAREST_M).then(|| self.lens.distort(Vector2::new(seen.x, seen.y) / seen.z))
    }

    /// The direction in which a pixel looks, of length one.
    pub fn ray(&self, pixel: Pixel) -> Point {
        let flat = self.lens.undistort(pixel);
        (self.rotation.transpose() * Vector3::new(flat.x, flat.y, 1.0)).normalize()
    }

    /// Metres that a pixel covers at a point.
    pub fn metres_a_pixel(&self, point: &Point) -> f64 {
        self.depth(point).max(NEAREST_M) / self.lens.focal_px
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nalgebra::Rotation3;
    use proptest::prelude::*;

    fn camera(k1: f64) -> Camera {
        let lens = Lens { focal_px: 358.0, k1, centre: Pixel::new(320.0, 180.0), size: [640.0, 360.0] };
        let down = Rotation3::from_euler_angles(2.2, 0.3, -0.7);
        Camera { rotation: *down.matrix(), centre: Point::new(3.0, 0.5, 2.4), lens }
    }

    proptest! {
        #[test]
        fn a_pixels_ray_leads_back_to_the_pixel(x in 0.0..640.0, y in 0.0..360.0, k1 in -0.1..0.1, far in 0.2..9.0) {
            let camera = camera(k1);
            let pixel = Pixel::new(x, y);
            let point = camera.centre + camera.ray(pixel) * far;
            let back = camera.project(&point).unwrap();
            prop_assert!((back - pixel).norm() < 0.02, "{pixel} came back as {back}");
        }
    }

    #[test]
    fn what_is_behind_the_camera_is_nowhere_in_the_picture() {
        let camera = camera(0.05);
        let ahead = camera.ray(Pixel::new(320.0, 180.0));
        assert!(camera.project(&(camera.centre + ahead)).is_some());
        assert!(camera.project(&(camera.centre - ahead)).is_none());
    }
}
