//! The shape of every value, for one shape of the input.

use super::Size;
use crate::error::RunError;
use crate::graph::{Graph, Node, Op};

/// The shapes of all values, by number.
pub(super) fn shapes(graph: &Graph, input: &[usize]) -> Result<Vec<Vec<usize>>, RunError> {
    let is_stretched = check_input(graph, input)?;
    let images = input.first().copied().unwrap_or(1);
    let mut shapes: Vec<Vec<usize>> = vec![Vec::new(); graph.values];
    shapes[graph.input.0] = input.to_vec();
    for node in &graph.nodes {
        let shape = output(node, &shapes, is_stretched.then_some(images))?;
        if count(&shape).is_none() {
            return Err(RunError::TooLarge);
        }
        shapes[node.output.0] = shape;
    }
    Ok(shapes)
}

/// The product of the lengths; `None` if it is no sensible number.
pub(crate) fn count(shape: &[usize]) -> Option<usize> {
    shape.iter().try_fold(1_usize, |product, length| product.checked_mul(*length)).filter(|count| *count < 1 << 40)
}

/// The size of maps of this shape; rows of numbers are maps of one pixel.
pub(super) fn size(shape: &[usize]) -> Result<Size, RunError> {
    match *shape {
        [images, channels, height, width] => Ok(Size { images, channels, height, width }),
        [images, channels] => Ok(Size { images, channels, height: 1, width: 1 }),
        _ => Err(unfit(format!("maps have two or four axes, not {}", shape.len()))),
    }
}

pub(super) fn unfit(what: impl Into<String>) -> RunError {
    RunError::UnfitShape(what.into())
}

/// Whether the caller runs several images where the file says one.
fn check_input(graph: &Graph, input: &[usize]) -> Result<bool, RunError> {
    let declared = &graph.input_shape;
    if declared.len() != input.len() || input.is_empty() || input.contains(&0) {
        return Err(unfit(format!("the input is {declared:?}, not {input:?}")));
    }
    let fits = |at: usize| declared[at].is_none_or(|length| length == input[at]);
    if !(1..input.len()).all(fits) || !(fits(0) || declared[0] == Some(1)) {
        return Err(unfit(format!("the input is {declared:?}, not {input:?}")));
    }
    Ok(!fits(0))
}

/// What a node gives. `images` is set where the file says one image: then every operator must keep images apart, which
/// all do that are known, except for those that move the first axis.
fn output(node: &Node, shapes: &[Vec<usize>], images: Option<usize>) -> Result<Vec<usize>, RunError> {
    let input = &shapes[node.inputs[0].0];
    match &node.op {
        Op::Conv(conv) => {
            let size = size(input)?;
            if !conv.axes.fit(input.len()) || size.channels != conv.channels_in {
                return Err(unfit(format!("a convolution of {} channels cannot take {input:?}", conv.channels_in)));
            }
            let output = conv.window.output(size.height, size.width);
            let [height, width] = output.ok_or_else(|| unfit("maps are smaller than a window"))?;
            Ok(if input.len() == 2 {
                vec![size.images, conv.channels_out]
            } else {
                vec![size.images, conv.channels_out, height, width]
            })
        }
        Op::Activation(activation) => {
            let fits = activation.for_channels(size(input)?.channels).is_some();
            fits.then(|| input.clone()).ok_or_else(|| unfit("there are more or fewer slopes than channels"))
        }
        Op::MaxPool(window) => {
            let size = maps(input)?;
            let output = window.output(size.height, size.width);
            let [height, width] = output.ok_or_else(|| unfit("maps are smaller than a window"))?;
            Ok(vec![size.images, size.channels, height, width])
        }
        Op::MeanPool => maps(input).map(|size| vec![size.images, size.channels, 1, 1]),
        Op::Repeat(times) => enlarged(input, *times),
        Op::Double => enlarged(input, [2, 2]),
        Op::Add => {
            let other = &shapes[node.inputs[1].0];
            size(input)?;
            (input == other).then(|| input.clone()).ok_or_else(|| unfit(format!("{input:?} and {other:?} do not add")))
        }
        Op::Sigmoid => Ok(input.clone()),
        Op::Transpose(order) => {
            if order.len() != input.len() || (images.is_some() && order[0] != 0) {
                return Err(unfit(format!("the order {order:?} is not for {input:?}")));
            }
            Ok(order.iter().map(|axis| input[*axis]).collect())
        }
        Op::Reshape(target) => reshaped(input, target, images),
        Op::Channels { count, .. } => {
            let size = maps(input)?;
            Ok(vec![size.images, *count, size.height, size.width])
        }
        Op::Abs | Op::Subtract => Err(unfit("Abs and Sub are known as parts of PRelu only")),
    }
}

fn enlarged(shape: &[usize], [down, across]: [usize; 2]) -> Result<Vec<usize>, RunError> {
    let size = maps(shape)?;
    let height = size.height.checked_mul(down).ok_or(RunError::TooLarge)?;
    let width = size.width.checked_mul(across).ok_or(RunError::TooLarge)?;
    Ok(vec![size.images, size.channels, height, width])
}

fn maps(shape: &[usize]) -> Result<Size, RunError> {
    if shape.len() == 4 { size(shape) } else { Err(unfit(format!("maps have four axes, not {}", shape.len()))) }
}

fn reshaped(input: &[usize], target: &[i64], images: Option<usize>) -> Result<Vec<usize>, RunError> {
    let wrong = || unfit(format!("{input:?} cannot become {target:?}"));
    let mut shape = Vec::with_capacity(target.len());
    let mut open = None;
    for (at, length) in target.iter().enumerate() {
        shape.push(match (*length, images) {
            (1, Some(images)) if at == 0 => images,
            (0, _) => *input.get(at).ok_or_else(wrong)?,
            (-1, _) if open.is_none() => {
                open = Some(at);
                1
            }
            (length, _) => usize::try_from(length).map_err(|_| wrong())?,
        });
    }
    let (all, known) = (count(input).ok_or_else(wrong)?, count(&shape).ok_or_else(wrong)?);
    if let Some(at) = open {
        shape[at] = all.checked_div(known).ok_or_else(wrong)?;
    }
    let keeps_images = images.is_none_or(|images| shape.first() == Some(&images));
    if count(&shape) == Some(all) && keeps_images { Ok(shape) } else { Err(wrong()) }
}
