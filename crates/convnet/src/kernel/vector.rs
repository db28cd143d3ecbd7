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
    /// The larger; `other` if one is not a number.
    unsafe fn max(self, other: Self) -> Self;
    /// The smaller; `other` if one is not a number.
    unsafe fn min(self, other: Self) -> Self;
}

/// Four numbers in plain Rust, which the compiler turns into the vector instructions that every processor of the
/// architecture has.
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
        // Where rounding once is no instruction it would be a slow function.
        if cfg!(target_feature = "fma") || cfg!(target_arch = "aarch64") {
            let ([a, b, c, d], [e, f, g, h], [i, j, k, l]) = (self.0, left.0, right.0);
            Self([e.mul_add(i, a), f.mul_add(j, b), g.mul_add(k, c), h.mul_add(l, d)])
        } else {
            let product = left.with(right, |left, right| left * right);
            self.with(product, |sum, product| sum + product)
        }
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

#[cfg(target_arch = "x86_64")]
pub(super) use x86::{Eight, Sixteen};

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;

    use super::Vector;

    /// A vector whose functions are one instruction each.
    macro_rules! vector {
        ($name:ident, $about:literal, $inner:ty, $lanes:literal, $splat:ident, $load:ident, $store:ident, $add:ident,
         $fma:ident, $max:ident, $min:ident) => {
            #[doc = $about]
            #[derive(Clone, Copy)]
            pub(in crate::kernel) struct $name($inner);

            // SAFETY, for all functions: the caller promises the instructions, and numbers behind the pointers.
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

    vector!(
        Eight,
        "A register of AVX2 and FMA.",
        __m256,
        8,
        _mm256_set1_ps,
        _mm256_loadu_ps,
        _mm256_storeu_ps,
        _mm256_add_ps,
        _mm256_fmadd_ps,
        _mm256_max_ps,
        _mm256_min_ps
    );
    vector!(
        Sixteen,
        "A register of AVX-512.",
        __m512,
        16,
        _mm512_set1_ps,
        _mm512_loadu_ps,
        _mm512_storeu_ps,
        _mm512_add_ps,
        _mm512_fmadd_ps,
        _mm512_max_ps,
        _mm512_min_ps
    );
}
