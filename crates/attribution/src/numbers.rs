//! Exponential and logarithm made of additions and multiplications only, so that every machine gives the same bits.
//!
//! The platform's own may differ in the last digit, and the last digit may decide which of two explanations is kept.

use std::f64::consts::LN_2;

/// 1, 1/2, 1/3 …: so many that nothing is missing, as `exp` adds them up for at most 0.35.
const INVERSES: [f64; 14] = {
    let mut inverses = [1.0; 14];
    let mut n = 1;
    while n < inverses.len() {
        inverses[n] = 1.0 / (n as f64 + 1.0);
        n += 1;
    }
    inverses
};
/// 1, 1/3, 1/5 …: so many that nothing is missing, as `ln` adds them up for at most 0.2.
const ODD_INVERSES: [f64; 12] = {
    let mut inverses = [1.0; 12];
    let mut n = 1;
    while n < inverses.len() {
        inverses[n] = 1.0 / (2.0 * n as f64 + 1.0);
        n += 1;
    }
    inverses
};

/// e to the power of `x`, to 1e-14 relative; 0 far below and capped at e^700 far above.
pub fn exp(x: f64) -> f64 {
    if x.is_nan() || x < -700.0 {
        return 0.0;
    }
    // Of a sum's largest term, by which the others are divided.
    if x == 0.0 {
        return 1.0;
    }
    let x = x.min(700.0);
    let power = round(x / LN_2);
    let rest = x - power * LN_2;
    let mut term = 1.0;
    let mut sum = 1.0;
    for inverse in INVERSES {
        term *= rest * inverse;
        sum += term;
    }
    // 2^power, written into the exponent's bits: `power` is within ±1010.
    sum * f64::from_bits(((1023 + power as i64) as u64) << 52)
}

/// The nearest whole number, away from zero where two are as near: as the platform's own, which is a call on machines that
/// need not know how to round. For numbers of which a 64-bit integer holds the whole part.
fn round(x: f64) -> f64 {
    // Just below a half: with a half, the largest number below 0.5 would become 1.
    (x + 0.499_999_999_999_999_94_f64.copysign(x)) as i64 as f64
}

/// The natural logarithm of `x`, to 1e-14; -745 for 0 and below.
pub fn ln(x: f64) -> f64 {
    if x.is_nan() || x <= f64::MIN_POSITIVE {
        return -745.0;
    }
    let bits = x.to_bits();
    let power = (bits >> 52) as i64 - 1023;
    let fraction = f64::from_bits((bits & ((1 << 52) - 1)) | (1023 << 52));
    let (fraction, power) = if fraction > 1.5 { (fraction / 2.0, power + 1) } else { (fraction, power) };
    let ratio = (fraction - 1.0) / (fraction + 1.0);
    let square = ratio * ratio;
    let mut term = ratio;
    let mut sum = 0.0;
    for inverse in ODD_INVERSES {
        sum += term * inverse;
        term *= square;
    }
    2.0 * sum + power as f64 * LN_2
}

/// The logarithm of a normal density at `off` from its middle.
pub fn ln_normal(off: f64, variance: f64) -> f64 {
    ln_normal_with(off, variance, ln(variance))
}

/// As [`ln_normal`] where the logarithm of the variance is known.
pub fn ln_normal_with(off: f64, variance: f64, ln_variance: f64) -> f64 {
    -0.5 * (off * off / variance + ln_variance + 1.837_877_066_409_345_5)
}

/// The logarithm of the sum of the numbers whose logarithms are given.
pub fn ln_sum(logs: impl Iterator<Item = f64> + Clone) -> f64 {
    let most = logs.clone().fold(f64::NEG_INFINITY, f64::max);
    if most == f64::NEG_INFINITY {
        return most;
    }
    most + ln(logs.map(|log| exp(log - most)).sum())
}

/// As [`ln_sum`], of many numbers of which most are alike: what repeats is worked out once.
pub fn ln_sum_alike(logs: impl Iterator<Item = f64> + Clone) -> f64 {
    let most = logs.clone().fold(f64::NEG_INFINITY, f64::max);
    if most == f64::NEG_INFINITY {
        return most;
    }
    let mut known = [(f64::NAN, 0.0); 2];
    let exps = logs.map(|log| {
        let found = known.iter().find(|one| one.0 == log);
        if let Some(&(_, exp)) = found {
            return exp;
        }
        known = [known[1], (log, exp(log - most))];
        known[1].1
    });
    most + ln(exps.sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_agree_with_the_platform() {
        for x in [-30.0, -1.5, -1e-9, 0.0, 0.3, 1.0, 17.25, 300.0] {
            assert!((exp(x) / f64::exp(x) - 1.0).abs() < 1e-12, "exp {x}");
        }
        for x in [1e-200, 0.001, 0.7, 1.0, 1.4999, 1.5001, 2.0, 12345.678] {
            assert!((ln(x) - f64::ln(x)).abs() < 1e-12, "ln {x}");
        }
        assert_eq!(exp(-1e6), 0.0);
        assert!((ln_sum([-1000.0, -1000.0].into_iter()) + 1000.0 - LN_2).abs() < 1e-12);
    }

    #[test]
    fn whole_numbers_are_the_platforms() {
        for step in -4_000..4_000 {
            let half = f64::from(step) / 2.0;
            for x in [half, half.next_up(), half.next_down(), half + 0.3] {
                assert_eq!(round(x), f64::round(x), "{x}");
            }
        }
    }

    #[test]
    fn sums_of_what_is_alike_are_sums() {
        let logs: Vec<_> = (0..300).map(|n| [-9.5, -12.25, -9.5, f64::from(n % 7) - 5.0][n as usize % 4]).collect();
        assert_eq!(ln_sum_alike(logs.iter().copied()).to_bits(), ln_sum(logs.iter().copied()).to_bits());
        assert_eq!(ln_sum_alike([].into_iter()), f64::NEG_INFINITY);
    }
}
