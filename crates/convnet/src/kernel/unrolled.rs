//! Short loops over constants, written out.

/// Does the same for each number below a constant, written out: the compiler keeps sums in registers only where it sees each index,
/// and it does not always unroll a loop of this length.
macro_rules! for_below {
    ($at:ident in $end:expr, $($number:literal)* => $body:block) => {
        {$(
            if $number < $end {
                let $at: usize = $number;
                $body
            }
        )*}
    };
}

/// The same for each pixel of a tile.
macro_rules! for_pixels {
    ($pixel:ident in $pixels:expr => $body:block) => {
        $crate::kernel::unrolled::for_below!($pixel in $pixels, 0 1 2 3 4 5 6 7 8 9 10 11 12 13 => $body)
    };
}

/// The same for each vector of a tile's pixel.
macro_rules! for_parts {
    ($wide:ident, $part:ident in $wides:expr, $parts:expr => $body:block) => {
        $crate::kernel::unrolled::for_below!($wide in $wides, 0 1 => {
            $crate::kernel::unrolled::for_below!($part in $parts, 0 1 2 3 => $body)
        })
    };
}

pub(super) use {for_below, for_parts, for_pixels};
