//! Compares one probe with many coarse rows: integers only, so that every machine gets the same numbers.

use super::simd;
use crate::embedder::Embedding;

/// Rows are filled up with zeros to a multiple of so many numbers: what the widest instructions take at once.
pub(super) const STEP: usize = 64;

/// The most numbers in a row: no sum of products overflows, for `LARGEST * 127 * 512` is below 2^31.
pub(super) const MOST: usize = *Embedding::DIMENSIONS.end();
const _: () = assert!(MOST <= 512);

/// The largest number in [`Probe::fine`]: with codes up to 127 the sum over a row stays within `i32`.
const LARGEST: f32 = 32_000.0;

/// A probe as integers of 16 bits; one is worth `scale`.
pub(super) struct Probe {
    /// The numbers.
    pub(super) fine: Vec<i16>,
    /// The numbers again, as `256 * high + low`.
    pub(super) high: Vec<i8>,
    pub(super) low: Vec<i8>,
    /// 128 times the sum of `fine`: what a row whose codes are all moved up by 128 gets too much.
    pub(super) offset: i32,
    pub(super) scale: f32,
    /// The length of what rounding took away.
    pub(super) error: f32,
}

impl Probe {
    /// As wide as rows of so many numbers are.
    pub(super) fn new(values: &[f32]) -> Self {
        let width = width_for(values.len());
        let largest = values.iter().fold(0.0_f32, |largest, value| largest.max(value.abs())).max(f32::MIN_POSITIVE);
        let scale = largest / LARGEST;
        let mut probe =
            Self { fine: vec![0; width], high: vec![0; width], low: vec![0; width], offset: 0, scale, error: 0.0 };
        let mut squares = 0.0;
        for (at, value) in values.iter().enumerate() {
            let number = (value / scale).round() as i16;
            let high = (number + 128) >> 8;
            probe.fine[at] = number;
            probe.high[at] = high as i8;
            probe.low[at] = (number - 256 * high) as i8;
            probe.offset += 128 * i32::from(number);
            squares += (value - f32::from(number) * scale).powi(2);
        }
        probe.error = squares.sqrt();
        probe
    }
}

/// How wide rows for so many numbers are.
pub(super) fn width_for(numbers: usize) -> usize {
    debug_assert!(numbers <= MOST, "an embedding has no more");
    numbers.next_multiple_of(STEP)
}

/// Which instructions compare. All give the same numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kernel {
    /// Plain Rust, on any machine.
    Scalar,
    /// x86-64 with AVX2: most machines since 2013.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// x86-64 with AVX-512 and its byte dot products: servers since 2019, desktops of some makers.
    #[cfg(target_arch = "x86_64")]
    Avx512Vnni,
    /// Every 64-bit ARM.
    #[cfg(target_arch = "aarch64")]
    Neon,
}

impl Kernel {
    /// The kernels that this machine can run, fastest first; never empty.
    pub(super) fn available() -> Vec<Self> {
        let mut kernels = Vec::new();
        #[cfg(target_arch = "x86_64")]
        {
            if simd::has_avx512_vnni() {
                kernels.push(Self::Avx512Vnni);
            }
            if simd::has_avx2() {
                kernels.push(Self::Avx2);
            }
        }
        #[cfg(target_arch = "aarch64")]
        kernels.push(Self::Neon);
        kernels.push(Self::Scalar);
        kernels
    }

    /// The fastest kernel of this machine.
    pub(super) fn best() -> Self {
        static BEST: std::sync::OnceLock<Kernel> = std::sync::OnceLock::new();
        *BEST.get_or_init(|| Self::available().first().copied().unwrap_or(Self::Scalar))
    }

    /// The sums of products of the probe with each row; `rows` stand one after the other, each as wide as the probe.
    pub(super) fn compare(self, probe: &Probe, rows: &[i8], sums: &mut [i32]) {
        match self {
            Self::Scalar => scalar(probe, rows, sums),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => simd::avx2(probe, rows, sums),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512Vnni => simd::avx512_vnni(probe, rows, sums),
            #[cfg(target_arch = "aarch64")]
            Self::Neon => simd::neon(probe, rows, sums),
        }
    }
}

/// The plain kernel, which defines what the others must give.
pub(super) fn scalar(probe: &Probe, rows: &[i8], sums: &mut [i32]) {
    for (row, sum) in rows.chunks_exact(probe.fine.len()).zip(sums) {
        *sum = row.iter().zip(&probe.fine).map(|(code, number)| i32::from(*code) * i32::from(*number)).sum();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(values: &[f32], rows: &[i8]) {
        let probe = Probe::new(values);
        let count = rows.len() / probe.fine.len();
        let mut expected = vec![0; count];
        scalar(&probe, rows, &mut expected);
        for kernel in Kernel::available() {
            let mut sums = vec![0; count];
            kernel.compare(&probe, rows, &mut sums);
            assert_eq!(sums, expected, "{kernel:?}");
        }
    }

    proptest! {
        #[test]
        fn all_kernels_give_the_same_numbers(
            values in prop::collection::vec(-1.0_f32..1.0, 1..=MOST),
            rows in prop::collection::vec(any::<i8>(), 0..8 * MOST),
        ) {
            let whole = rows.len() - rows.len() % width_for(values.len());
            check(&values, &rows[..whole]);
        }
    }

    #[test]
    fn the_largest_numbers_do_not_overflow() {
        for value in [1.0, -1.0] {
            for code in [127, -128] {
                check(&[value; MOST], &[code; 5 * MOST]);
            }
        }
        check(&[0.0; MOST], &[127; MOST]);
    }

    #[test]
    fn a_probe_is_its_two_halves() {
        let values: Vec<f32> = (0..192).map(|at| (at as f32 * 0.37).sin()).collect();
        let probe = Probe::new(&values);
        for at in 0..192 {
            assert_eq!(i32::from(probe.fine[at]), 256 * i32::from(probe.high[at]) + i32::from(probe.low[at]));
        }
        assert!(probe.error < 1e-3);
    }
}
