//! The parts of the ONNX file format (protocol buffers) that this crate reads.

use prost::Message;

#[derive(Clone, PartialEq, Message)]
pub(crate) struct ModelProto {
    #[prost(message, optional, tag = "7")]
    pub(crate) graph: Option<GraphProto>,
    #[prost(message, repeated, tag = "8")]
    pub(crate) opset_import: Vec<OperatorSet>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct OperatorSet {
    #[prost(string, optional, tag = "1")]
    pub(crate) domain: Option<String>,
    #[prost(int64, optional, tag = "2")]
    pub(crate) version: Option<i64>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct GraphProto {
    #[prost(message, repeated, tag = "1")]
    pub(crate) node: Vec<NodeProto>,
    #[prost(message, repeated, tag = "5")]
    pub(crate) initializer: Vec<TensorProto>,
    #[prost(message, repeated, tag = "11")]
    pub(crate) input: Vec<ValueInfo>,
    #[prost(message, repeated, tag = "12")]
    pub(crate) output: Vec<ValueInfo>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct NodeProto {
    #[prost(string, repeated, tag = "1")]
    pub(crate) input: Vec<String>,
    #[prost(string, repeated, tag = "2")]
    pub(crate) output: Vec<String>,
    #[prost(string, optional, tag = "4")]
    pub(crate) op_type: Option<String>,
    #[prost(message, repeated, tag = "5")]
    pub(crate) attribute: Vec<Attribute>,
    #[prost(string, optional, tag = "7")]
    pub(crate) domain: Option<String>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Attribute {
    #[prost(string, optional, tag = "1")]
    pub(crate) name: Option<String>,
    #[prost(float, optional, tag = "2")]
    pub(crate) f: Option<f32>,
    #[prost(int64, optional, tag = "3")]
    pub(crate) i: Option<i64>,
    #[prost(bytes = "vec", optional, tag = "4")]
    pub(crate) s: Option<Vec<u8>>,
    #[prost(message, optional, tag = "5")]
    pub(crate) t: Option<TensorProto>,
    #[prost(float, repeated, packed = "false", tag = "7")]
    pub(crate) floats: Vec<f32>,
    #[prost(int64, repeated, packed = "false", tag = "8")]
    pub(crate) ints: Vec<i64>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct TensorProto {
    #[prost(int64, repeated, packed = "false", tag = "1")]
    pub(crate) dims: Vec<i64>,
    #[prost(int32, optional, tag = "2")]
    pub(crate) data_type: Option<i32>,
    #[prost(float, repeated, tag = "4")]
    pub(crate) float_data: Vec<f32>,
    /// Also numbers of half precision, as their bits.
    #[prost(int32, repeated, tag = "5")]
    pub(crate) int32_data: Vec<i32>,
    #[prost(int64, repeated, tag = "7")]
    pub(crate) int64_data: Vec<i64>,
    #[prost(string, optional, tag = "8")]
    pub(crate) name: Option<String>,
    #[prost(bytes = "vec", optional, tag = "9")]
    pub(crate) raw_data: Option<Vec<u8>>,
    /// 1 if the numbers are in another file.
    #[prost(int32, optional, tag = "14")]
    pub(crate) data_location: Option<i32>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct ValueInfo {
    #[prost(string, optional, tag = "1")]
    pub(crate) name: Option<String>,
    #[prost(message, optional, tag = "2")]
    pub(crate) r#type: Option<TypeProto>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct TypeProto {
    #[prost(message, optional, tag = "1")]
    pub(crate) tensor_type: Option<TensorType>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct TensorType {
    #[prost(int32, optional, tag = "1")]
    pub(crate) elem_type: Option<i32>,
    #[prost(message, optional, tag = "2")]
    pub(crate) shape: Option<ShapeProto>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct ShapeProto {
    #[prost(message, repeated, tag = "1")]
    pub(crate) dim: Vec<Dimension>,
}

/// A length without a value may be anything.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Dimension {
    #[prost(int64, optional, tag = "1")]
    pub(crate) dim_value: Option<i64>,
}

/// The element types that are read.
pub(crate) const FLOAT: i32 = 1;
pub(crate) const INT64: i32 = 7;
pub(crate) const HALF: i32 = 10;

/// Numbers from the file.
#[derive(Debug, Clone)]
pub(crate) struct Constant {
    pub(crate) shape: Vec<usize>,
    pub(crate) numbers: Numbers,
}

#[derive(Debug, Clone)]
pub(crate) enum Numbers {
    Floats(Vec<f32>),
    /// Numbers of half precision, widened: they mean something only behind a `Cast`.
    Halves(Vec<f32>),
    Integers(Vec<i64>),
}

impl TensorProto {
    /// The numbers, as many as the shape says; `None` if they are of another type, elsewhere, or more or fewer.
    pub(crate) fn constant(&self) -> Option<Constant> {
        if self.data_location.unwrap_or(0) != 0 {
            return None;
        }
        let shape = self.dims.iter().map(|dim| usize::try_from(*dim).ok()).collect::<Option<Vec<_>>>()?;
        let count = shape.iter().try_fold(1_usize, |product, dim| product.checked_mul(*dim))?;
        let raw = self.raw_data.as_deref().filter(|raw| !raw.is_empty());
        let numbers = match (self.data_type.unwrap_or(0), raw) {
            (FLOAT, None) => Numbers::Floats(self.float_data.clone()),
            (FLOAT, Some(raw)) => Numbers::Floats(whole(raw)?.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()),
            (INT64, None) => Numbers::Integers(self.int64_data.clone()),
            (INT64, Some(raw)) => {
                Numbers::Integers(whole(raw)?.iter().map(|bytes| i64::from_le_bytes(*bytes)).collect())
            }
            (HALF, None) => {
                let bits = self.int32_data.iter().map(|bits| u16::try_from(*bits).ok());
                Numbers::Halves(bits.map(|bits| bits.map(widened)).collect::<Option<_>>()?)
            }
            (HALF, Some(raw)) => {
                Numbers::Halves(whole(raw)?.iter().map(|bytes| widened(u16::from_le_bytes(*bytes))).collect())
            }
            _ => return None,
        };
        let found = match &numbers {
            Numbers::Floats(values) | Numbers::Halves(values) => values.len(),
            Numbers::Integers(values) => values.len(),
        };
        (found == count).then_some(Constant { shape, numbers })
    }
}

/// The bytes in chunks, if none is left over.
fn whole<const BYTES: usize>(raw: &[u8]) -> Option<&[[u8; BYTES]]> {
    let (chunks, rest) = raw.as_chunks::<BYTES>();
    rest.is_empty().then_some(chunks)
}

/// The number that these bits are in half precision (IEEE 754, binary16): exactly, since every one of them is an `f32`.
fn widened(bits: u16) -> f32 {
    let sign = u32::from(bits >> 15) << 31;
    let (exponent, fraction) = (u32::from(bits >> 10) & 31, u32::from(bits & 1023));
    let magnitude = match exponent {
        // Below the least exponent the fraction counts steps of 2^-24.
        0 => (fraction as f32 * f32::from_bits((127 - 24) << 23)).to_bits(),
        31 => 0x7f80_0000 | (fraction << 13),
        _ => ((exponent + 127 - 15) << 23) | (fraction << 13),
    };
    f32::from_bits(sign | magnitude)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_of_half_precision_is_what_its_bits_say() {
        for bits in 0..=u16::MAX {
            let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
            let (exponent, fraction) = (i32::from((bits >> 10) & 31), f64::from(bits & 1023) / 1024.0);
            let expected = match exponent {
                0 => sign * fraction * 2_f64.powi(-14),
                31 if fraction == 0.0 => sign * f64::INFINITY,
                31 => f64::NAN,
                _ => sign * (1.0 + fraction) * 2_f64.powi(exponent - 15),
            };
            let found = f64::from(widened(bits));
            assert!(found == expected || (found.is_nan() && expected.is_nan()), "{bits:#06x}: {found}");
            assert!(found.is_nan() || found.is_sign_negative() == (bits >> 15 == 1), "{bits:#06x}");
        }
    }

    #[test]
    fn numbers_of_half_precision_are_read_in_both_spellings() {
        let tensor = TensorProto { dims: vec![3], data_type: Some(HALF), ..TensorProto::default() };
        let raw = [0x00, 0x3c, 0x00, 0xc0, 0x01, 0x00].to_vec();
        for tensor in [
            TensorProto { raw_data: Some(raw), ..tensor.clone() },
            TensorProto { int32_data: vec![0x3c00, 0xc000, 1], ..tensor.clone() },
        ] {
            let Some(Constant { numbers: Numbers::Halves(values), .. }) = tensor.constant() else { panic!("halves") };
            assert_eq!(values, [1.0, -2.0, 5.960_464_5e-8]);
        }
        for wrong in [vec![1, 2], vec![1, 2, 0x1_0000], vec![-1, 1, 2]] {
            assert!(TensorProto { int32_data: wrong, ..tensor.clone() }.constant().is_none());
        }
        assert!(TensorProto { raw_data: Some(vec![0; 5]), ..tensor }.constant().is_none());
    }
}
