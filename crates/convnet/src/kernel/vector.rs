//! One vector register, as each set of instructions has it.
#![expect(unsafe_code, reason = "vector instructions need a check of the processor that the compiler cannot see")]

/// A few numbers that are computed together.
///
/// # Safety
///
/// Every function may be called only where the processor has the instructions; `load` and `store` also need `LANES`
/// numbers at the pointer, which need not be aligned.
pub(super) trait Vector: Copy {
    const LANES: usize;

    unsafe fn splat(value: f32) -> Self;
    unsafe fn load(from: *const f32) -> Self;
    unsafe fn store(self, to: *mut f32);
    unsafe fn add(self, other: Self) -> Self;
    /// `self + left * right`, rounded once where the processor can.
    unsafe fn fma(self, left: Self, right: Self) -> Self;
    /// The larger; `other` (or not a number) if one is not a number.
    unsafe fn max(self, other: Self) -> Self;
    /// The smaller; `other` (or not a number) if one is not a number.
    unsafe fn min(self, other: Self) -> Self;
}

/// Four numbers in plain Rust, for any processor.
#[derive(Clone, Copy)]
#[repr(C, align(16))]
pub(super) struct Four([f32; 4]);

impl Four {
    #[inline(always)]
    fn with(self, other: Self, compute: impl Fn(f32, f32) -> f32) -> Self {
        let ([a, b, c, d], [e, f, g, h]) = (self.0, other.0);
        Self([compute(a, e), compute(b, f), compute(c, g), compute(d, h)])
    }
}

impl Vector for Four {
    const LANES: usize = 4;

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        Self([value; 4])
    }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the caller promises four numbers.
        Self(unsafe { from.cast::<[f32; 4]>().read_unaligned() })
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: the caller promises room for four numbers.
        unsafe { to.cast::<[f32; 4]>().write_unaligned(self.0) }
    }
    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        self.with(other, |left, right| left + right)
    }
    #[inline(always)]
    unsafe fn fma(self, left: Self, right: Self) -> Self {
        // Where rounding once is no instruction it would be a slow function, so it is not asked for.
        let product = left.with(right, |left, right| left * right);
        self.with(product, |sum, product| sum + product)
    }
    #[inline(always)]
    unsafe fn max(self, other: Self) -> Self {
        self.with(other, |left, right| if left > right { left } else { right })
    }
    #[inline(always)]
    unsafe fn min(self, other: Self) -> Self {
        self.with(other, |left, right| if left < right { left } else { right })
    }
}

/// A vector whose functions are one instruction each.
macro_rules! vector {
    ($name:ident, $about:literal, $inner:ty, $lanes:literal, $splat:ident, $load:ident, $store:ident, $add:ident,
     $fma:ident, $max:ident, $min:ident) => {
        #[doc = $about]
        #[derive(Clone, Copy)]
        pub(in crate::kernel) struct $name($inner);

        // SAFETY, for all functions: the caller promises the instructions, and numbers behind the pointers. Where every
        // processor of the architecture has the instructions, some of them are safe.
        #[allow(unused_unsafe)]
        impl Vector for $name {
            const LANES: usize = $lanes;

            #[inline(always)]
            unsafe fn splat(value: f32) -> Self {
                Self(unsafe { $splat(value) })
            }
            #[inline(always)]
            unsafe fn load(from: *const f32) -> Self {
                Self(unsafe { $load(from) })
            }
            #[inline(always)]
            unsafe fn store(self, to: *mut f32) {
                unsafe { $store(to, self.0) }
            }
            #[inline(always)]
            unsafe fn add(self, other: Self) -> Self {
                Self(unsafe { $add(self.0, other.0) })
            }
            #[inline(always)]
            unsafe fn fma(self, left: Self, right: Self) -> Self {
                Self(unsafe { $fma(left.0, right.0, self.0) })
            }
            #[inline(always)]
            unsafe fn max(self, other: Self) -> Self {
                Self(unsafe { $max(self.0, other.0) })
            }
            #[inline(always)]
            unsafe fn min(self, other: Self) -> Self {
                Self(unsafe { $min(self.0, other.0) })
            }
        }
    };
}

#[cfg(target_arch = "x86_64")]
pub(super) use x86::{Baseline, Eight, Sixteen};

#[cfg(target_arch = "x86_64")]
#[rustfmt::skip]
mod x86 {
    use std::arch::x86_64::*;

    use super::Vector;

    /// A product and a sum: SSE2 has no instruction for both.
    #[inline(always)]
    unsafe fn multiply_add(left: __m128, right: __m128, sum: __m128) -> __m128 {
        // SAFETY: every x86-64 processor has SSE2.
        unsafe { _mm_add_ps(_mm_mul_ps(left, right), sum) }
    }

    vector!(Baseline, "A register of SSE2.", __m128, 4, _mm_set1_ps, _mm_loadu_ps, _mm_storeu_ps, _mm_add_ps,
            multiply_add, _mm_max_ps, _mm_min_ps);
    vector!(Eight, "A register of AVX2 and FMA.", __m256, 8, _mm256_set1_ps, _mm256_loadu_ps, _mm256_storeu_ps,
            _mm256_add_ps, _mm256_fmadd_ps, _mm256_max_ps, _mm256_min_ps);
    vector!(Sixteen, "A register of AVX-512.", __m512, 16, _mm512_set1_ps, _mm512_loadu_ps, _mm512_storeu_ps,
            _mm512_add_ps, _mm512_fmadd_ps, _mm512_max_ps, _mm512_min_ps);
}

#[cfg(target_arch = "aarch64")]
pub(super) use arm::Baseline;

// Neither compiled for nor run on such a processor so far: there was none at hand. It is as small as it is for that reason.
#[cfg(target_arch = "aarch64")]
#[rustfmt::skip]
mod arm {
    use std::arch::aarch64::*;

    use super::Vector;

    /// The sum first, as the instruction has it.
    #[allow(unused_unsafe)]
    #[inline(always)]
    unsafe fn multiply_add(left: float32x4_t, right: float32x4_t, sum: float32x4_t) -> float32x4_t {
        // SAFETY: every 64-bit ARM processor that Rust supports by default has NEON.
        unsafe { vfmaq_f32(sum, left, right) }
    }

    vector!(Baseline, "A register of NEON.", float32x4_t, 4, vdupq_n_f32, vld1q_f32, vst1q_f32, vaddq_f32, multiply_add,
            vmaxq_f32, vminq_f32);
}
