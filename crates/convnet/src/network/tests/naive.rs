//! Runs a graph with plain loops, as the operators are defined.

use super::Output;
use crate::graph::{Activation, Conv, ConvKind, Graph, Op, Window};

pub(super) fn run(graph: &Graph, shape: &[usize], values: &[f32]) -> Vec<Output> {
    let mut held: Vec<Option<Output>> = vec![None; graph.values];
    held[graph.input.0] = Some(Output { shape: shape.to_vec(), values: values.to_vec() });
    for node in &graph.nodes {
        let inputs: Vec<Output> = node.inputs.iter().map(|input| held[input.0].clone().expect("in order")).collect();
        held[node.output.0] = Some(operator(&node.op, &inputs, shape[0]));
    }
    graph.outputs.iter().map(|output| held[output.0].clone().expect("given")).collect()
}

fn each(input: &Output, compute: impl Fn(usize, f32) -> f32) -> Output {
    let area: usize = input.shape[2..].iter().product();
    let values = input.values.iter().enumerate();
    let values = values.map(|(at, value)| compute(at / area % input.shape[1], *value)).collect();
    Output { shape: input.shape.clone(), values }
}

fn operator(op: &Op, inputs: &[Output], images: usize) -> Output {
    let input = &inputs[0];
    match op {
        Op::Conv(conv) => convolve(conv, input),
        Op::Activation(activation) => each(input, |channel, value| match activation {
            Activation::None => value,
            Activation::Relu => value.max(0.0),
            Activation::Slope(slopes) if value < 0.0 => value * slopes[channel % slopes.len()],
            Activation::Slope(_) => value,
            Activation::Clip { low, high } => value.clamp(*low, *high),
        }),
        Op::MaxPool(window) => windows(input, window, input.shape[1], |image, channel, pixels| {
            let values = pixels.map(|(_, at)| input.values[(image * input.shape[1] + channel) * area(input) + at]);
            values.fold(f32::NEG_INFINITY, f32::max)
        }),
        Op::MeanPool => {
            let maps = input.values.chunks_exact(area(input));
            let values = maps.map(|map| map.iter().sum::<f32>() / map.len() as f32).collect();
            Output { shape: vec![input.shape[0], input.shape[1], 1, 1], values }
        }
        Op::Repeat([down, across]) => {
            let [height, width] = [input.shape[2] * down, input.shape[3] * across];
            let mut values = Vec::new();
            for map in input.values.chunks_exact(area(input)) {
                let pixels = (0..height).flat_map(|row| (0..width).map(move |column| (row / down, column / across)));
                values.extend(pixels.map(|(row, column)| map[row * input.shape[3] + column]));
            }
            Output { shape: vec![input.shape[0], input.shape[1], height, width], values }
        }
        Op::Double => {
            let [height, width] = [input.shape[2], input.shape[3]];
            // The middle of each pixel in the pixels of the source, as ONNX defines it.
            let along = |at: usize, length: usize| {
                let place = ((at as f64 + 0.5) / 2.0 - 0.5).clamp(0.0, length as f64 - 1.0);
                (place.floor() as usize, (place.floor() as usize + 1).min(length - 1), place.fract())
            };
            let mut values = Vec::new();
            for map in input.values.chunks_exact(area(input)) {
                for (row, column) in (0..2 * height).flat_map(|row| (0..2 * width).map(move |column| (row, column))) {
                    let ((top, bottom, down), (left, right, across)) = (along(row, height), along(column, width));
                    let value = |row: usize, column: usize| f64::from(map[row * width + column]);
                    let upper = value(top, left) * (1.0 - across) + value(top, right) * across;
                    let lower = value(bottom, left) * (1.0 - across) + value(bottom, right) * across;
                    values.push((upper * (1.0 - down) + lower * down) as f32);
                }
            }
            Output { shape: vec![input.shape[0], input.shape[1], 2 * height, 2 * width], values }
        }
        Op::Add => pairs(input, &inputs[1], |left, right| left + right),
        Op::Subtract => pairs(input, &inputs[1], |left, right| left - right),
        Op::Abs => each(input, |_, value| value.abs()),
        Op::Sigmoid => each(input, |_, value| 1.0 / (1.0 + (-value).exp())),
        Op::Transpose(order) => transpose(input, order),
        Op::Reshape(target) => {
            let lengths = target.iter().enumerate().map(|(at, length)| match length {
                0 => input.shape[at],
                1 if at == 0 => images,
                length => usize::try_from(*length).unwrap_or(0),
            });
            let mut shape: Vec<usize> = lengths.collect();
            let known: usize = shape.iter().filter(|length| **length > 0).product();
            shape.iter_mut().filter(|length| **length == 0).for_each(|open| *open = input.values.len() / known);
            Output { shape, values: input.values.clone() }
        }
        Op::Channels { .. } => unreachable!("no file has it"),
    }
}

fn area(input: &Output) -> usize {
    input.shape[2..].iter().product()
}

fn pairs(left: &Output, right: &Output, compute: impl Fn(f32, f32) -> f32) -> Output {
    let values = left.values.iter().zip(&right.values).map(|(left, right)| compute(*left, *right)).collect();
    Output { shape: left.shape.clone(), values }
}

fn transpose(input: &Output, order: &[usize]) -> Output {
    let shape: Vec<usize> = order.iter().map(|axis| input.shape[*axis]).collect();
    let stride = |axis: usize| input.shape[axis + 1..].iter().product::<usize>();
    let mut values = Vec::with_capacity(input.values.len());
    for at in 0..input.values.len() {
        let mut from = 0;
        let mut rest = at;
        for (axis, length) in order.iter().zip(&shape).rev() {
            from += rest % length * stride(*axis);
            rest /= length;
        }
        values.push(input.values[from]);
    }
    Output { shape, values }
}

/// Computes each output from the taps under its window: pairs of the tap's number and the pixel's place in the map.
fn windows(
    input: &Output,
    window: &Window,
    channels: usize,
    compute: impl Fn(usize, usize, &mut dyn Iterator<Item = (usize, usize)>) -> f32,
) -> Output {
    let [height, width] = if let [_, _, height, width] = *input.shape { [height, width] } else { [1, 1] };
    let [rows, columns] = window.output(height, width).expect("the map is large enough");
    let mut values = Vec::new();
    for image in 0..input.shape[0] {
        for channel in 0..channels {
            for (row, column) in (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column))) {
                let taps = (0..window.size[0] * window.size[1]).filter_map(|tap| {
                    let y = row * window.stride[0] + tap / window.size[1];
                    let x = column * window.stride[1] + tap % window.size[1];
                    let (y, x) = (y.checked_sub(window.pads[0])?, x.checked_sub(window.pads[1])?);
                    (y < height && x < width).then_some((tap, y * width + x))
                });
                values.push(compute(image, channel, &mut { taps }));
            }
        }
    }
    let mut shape = vec![input.shape[0], channels, rows, columns];
    shape.truncate(input.shape.len());
    Output { shape, values }
}

fn convolve(conv: &Conv, input: &Output) -> Output {
    let fan_in = conv.fan_in();
    let spots = conv.window.size[0] * conv.window.size[1];
    windows(input, &conv.window, conv.channels_out, |image, output, pixels| {
        let channels = match conv.kind {
            ConvKind::Dense => 0..conv.channels_in,
            ConvKind::Depthwise => output..output + 1,
        };
        let mut sum = f64::from(conv.bias[output]);
        for (tap, at) in pixels {
            for (number, channel) in channels.clone().enumerate() {
                let weight = conv.weights[output * fan_in + number * spots + tap];
                let value = input.values[(image * conv.channels_in + channel) * area(input) + at];
                sum += f64::from(weight) * f64::from(value);
            }
        }
        sum as f32
    })
}
