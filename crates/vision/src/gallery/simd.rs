//! The comparison of [`super::kernel`] with each processor's own instructions: the only unsafe code of this crate.
#![expect(unsafe_code, reason = "vector instructions need a check of the processor that the compiler cannot see")]

#[cfg(target_arch = "x86_64")]
pub(super) use x86::{avx2, avx512_vnni, has_avx2, has_avx512_vnni};

#[cfg(target_arch = "aarch64")]
pub(super) use arm::neon;

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;

    use crate::gallery::kernel::{Probe, STEP};

    pub(in crate::gallery) fn has_avx2() -> bool {
        is_x86_feature_detected!("avx2")
    }

    pub(in crate::gallery) fn has_avx512_vnni() -> bool {
        is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512vnni")
    }

    pub(in crate::gallery) fn avx2(probe: &Probe, rows: &[i8], sums: &mut [i32]) {
        assert!(has_avx2(), "the processor was asked before this kernel was chosen");
        // SAFETY: the processor has AVX2.
        unsafe { avx2_rows(probe, rows, sums) }
    }

    pub(in crate::gallery) fn avx512_vnni(probe: &Probe, rows: &[i8], sums: &mut [i32]) {
        assert!(has_avx512_vnni(), "the processor was asked before this kernel was chosen");
        // SAFETY: the processor has AVX-512 F, BW and VNNI.
        unsafe {
            match probe.high.len() / STEP {
                1 => avx512_vnni_rows::<1>(probe, rows, sums),
                2 => avx512_vnni_rows::<2>(probe, rows, sums),
                3 => avx512_vnni_rows::<3>(probe, rows, sums),
                4 => avx512_vnni_rows::<4>(probe, rows, sums),
                5 => avx512_vnni_rows::<5>(probe, rows, sums),
                6 => avx512_vnni_rows::<6>(probe, rows, sums),
                7 => avx512_vnni_rows::<7>(probe, rows, sums),
                8 => avx512_vnni_rows::<8>(probe, rows, sums),
                _ => unreachable!("a row has at most 512 numbers"),
            }
        }
    }

    /// Codes widen to 16 bits; pairs of products are added to 32 bits.
    #[target_feature(enable = "avx2")]
    fn avx2_rows(probe: &Probe, rows: &[i8], sums: &mut [i32]) {
        const LANES: usize = 16;
        for (row, sum) in rows.chunks_exact(probe.fine.len()).zip(sums) {
            let mut total = _mm256_setzero_si256();
            for (codes, numbers) in row.as_chunks::<LANES>().0.iter().zip(probe.fine.as_chunks::<LANES>().0) {
                // SAFETY: 16 codes are 16 bytes, 16 numbers are 32 bytes, and unaligned loads are allowed.
                let (codes, numbers) =
                    unsafe { (_mm_loadu_si128(codes.as_ptr().cast()), _mm256_loadu_si256(numbers.as_ptr().cast())) };
                total = _mm256_add_epi32(total, _mm256_madd_epi16(_mm256_cvtepi8_epi16(codes), numbers));
            }
            let half = _mm_add_epi32(_mm256_castsi256_si128(total), _mm256_extracti128_si256::<1>(total));
            let quarter = _mm_add_epi32(half, _mm_shuffle_epi32::<0b0100_1110>(half));
            *sum = _mm_cvtsi128_si32(_mm_add_epi32(quarter, _mm_shuffle_epi32::<0b1011_0001>(quarter)));
        }
    }

    /// The instruction multiplies unsigned bytes with signed ones: codes move up by 128, which the probe's offset takes
    /// away again.
    #[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
    fn avx512_vnni_rows<const STEPS: usize>(probe: &Probe, rows: &[i8], sums: &mut [i32]) {
        let load = |bytes: &[i8; STEP]| {
            // SAFETY: the array is 64 bytes long, and unaligned loads are allowed.
            unsafe { _mm512_loadu_si512(bytes.as_ptr().cast()) }
        };
        let (high, low) = (probe.high.as_chunks::<STEP>().0, probe.low.as_chunks::<STEP>().0);
        let high: [__m512i; STEPS] = std::array::from_fn(|at| load(&high[at]));
        let low: [__m512i; STEPS] = std::array::from_fn(|at| load(&low[at]));
        let up = _mm512_set1_epi8(-128);
        for (row, sum) in rows.as_chunks::<STEP>().0.as_chunks::<STEPS>().0.iter().zip(sums) {
            let (mut highs, mut lows) = (_mm512_setzero_si512(), _mm512_setzero_si512());
            for (at, codes) in row.iter().enumerate() {
                let codes = _mm512_xor_si512(load(codes), up);
                highs = _mm512_dpbusd_epi32(highs, codes, high[at]);
                lows = _mm512_dpbusd_epi32(lows, codes, low[at]);
            }
            let total = _mm512_add_epi32(_mm512_slli_epi32::<8>(highs), lows);
            *sum = _mm512_reduce_add_epi32(total).wrapping_sub(probe.offset);
        }
    }
}

#[cfg(target_arch = "aarch64")]
mod arm {
    use std::arch::aarch64::*;

    use crate::gallery::kernel::Probe;

    /// Codes widen to 16 bits; products are added to 32 bits. Every 64-bit ARM has these instructions.
    pub(in crate::gallery) fn neon(probe: &Probe, rows: &[i8], sums: &mut [i32]) {
        const STEP: usize = 8;
        for (row, sum) in rows.chunks_exact(probe.fine.len()).zip(sums) {
            // SAFETY: NEON belongs to the architecture; 8 codes are 8 bytes and 8 numbers 16 bytes, as the loads read.
            *sum = unsafe {
                let mut total = vdupq_n_s32(0);
                for (codes, numbers) in row.as_chunks::<STEP>().0.iter().zip(probe.fine.as_chunks::<STEP>().0) {
                    let codes = vmovl_s8(vld1_s8(codes.as_ptr()));
                    let numbers = vld1q_s16(numbers.as_ptr());
                    total = vmlal_s16(total, vget_low_s16(codes), vget_low_s16(numbers));
                    total = vmlal_high_s16(total, codes, numbers);
                }
                vaddvq_s32(total)
            };
        }
    }
}
